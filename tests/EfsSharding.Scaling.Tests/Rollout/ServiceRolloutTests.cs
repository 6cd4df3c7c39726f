using EfsSharding.Scaling.Tests.Pipeline;

namespace EfsSharding.Scaling.Tests.Rollout;

[TestFixture]
internal sealed class ServiceRolloutTests
{
    private ScalingAccount _account = null!;

    [SetUp]
    public async Task StartAsync() => _account = await ScalingAccount.StartAsync();

    [TearDown]
    public async Task StopAsync() => await _account.DisposeAsync();

    [Test]
    public async Task A_service_that_was_deployed_before_the_map_is_deployed_again_even_if_an_earlier_run_published_it()
    {
        await _account.RunAsync(0, options => options.ClusterName = options.ServiceName = null);
        _account.Clock.Advance(TimeSpan.FromMinutes(1));

        var report = await _account.RunAsync(0);

        Assert.That((report.Published, report.DeploymentTriggered), Is.EqualTo((false, true)));
    }

    [Test]
    public async Task A_service_that_was_deployed_after_the_map_is_left_alone()
    {
        await _account.RunAsync(0, options => options.ClusterName = options.ServiceName = null);
        _account.Clock.Advance(TimeSpan.FromMinutes(1));
        _account.Aws.State.AddService("another", "service");
        _account.Aws.Calls.Clear();

        var report = await _account.RunAsync(0, options => (options.ClusterName, options.ServiceName) = ("another", "service"));

        Assert.That((report.Error, report.DeploymentTriggered), Is.EqualTo(((string?)null, false)));
        Assert.That(_account.Aws.Calls.Of("UpdateService"), Is.Empty);
    }

    [Test]
    public async Task A_service_that_is_not_there_fails_the_run_after_the_publication()
    {
        var report = await _account.RunAsync(0, options => options.ServiceName = "missing");

        Assert.That(report.Error, Does.StartWith("roll_out: "));
        Assert.That(report.Published);
    }
}
