using EfsSharding.Scaling.Tests.Pipeline;

namespace EfsSharding.Scaling.Tests.Rollout;

/// <summary>One forced deployment for one map, and services that ECS cannot deploy.</summary>
[TestFixture]
internal sealed class ForcedDeploymentTests
{
    private ScalingAccount _account = null!;

    [SetUp]
    public async Task StartAsync() => _account = await ScalingAccount.StartAsync();

    [TearDown]
    public async Task StopAsync() => await _account.DisposeAsync();

    private (string Cluster, string Service) Service => (_account.Aws.Options.ClusterName, _account.Aws.Options.ServiceName);

    [Test]
    public async Task A_deployment_that_ECS_takes_back_is_not_forced_again()
    {
        await _account.RunAsync(0);
        ScalingReport report = null!;
        for (var run = 0; run < 5; run++)
        {
            _account.Aws.State.RollBack(Service.Cluster, Service.Service);
            _account.Clock.Advance(TimeSpan.FromMinutes(15));
            report = await _account.RunAsync(0);
        }

        Assert.That((report.Error, _account.Aws.Calls.Of("UpdateService").Count), Is.EqualTo(((string?)null, 1)));
        Assert.That(report.Steps[^1].Detail, Does.Contain("went back"));
    }

    [Test]
    public async Task The_next_map_is_rolled_out_though_the_one_before_was_taken_back()
    {
        await _account.RunAsync(0);
        _account.Aws.State.RollBack(Service.Cluster, Service.Service);
        _account.Clock.Advance(TimeSpan.FromMinutes(15));

        var report = await _account.RunAsync(101);

        Assert.That((report.NewMountTargetCreated, report.DeploymentTriggered), Is.EqualTo((true, true)));
    }

    [Test]
    public async Task Each_service_is_deployed_for_a_map()
    {
        _account.Aws.State.AddService("another", "service");
        _account.Clock.Advance(TimeSpan.FromMinutes(1));
        await _account.RunAsync(0);
        _account.Clock.Advance(TimeSpan.FromMinutes(1));

        var report = await _account.RunAsync(0, options => (options.ClusterName, options.ServiceName) = ("another", "service"));

        Assert.That(report.DeploymentTriggered);
    }

    [Test]
    public async Task A_service_that_ECS_does_not_deploy_is_known_before_anything_is_made_and_by_a_plan(
        [Values("CODE_DEPLOY", "EXTERNAL", "missing", "cluster", "INACTIVE")] string what, [Values] bool plan)
    {
        _account.Count.Files = 101;
        if (what == "INACTIVE")
        {
            _account.Aws.State.SetServiceStatus(Service.Cluster, Service.Service, what);
        }
        else
        {
            _account.Aws.State.SetDeploymentController(Service.Cluster, Service.Service, what is "missing" or "cluster" ? "ECS" : what);
        }

        var report = await _account.Pipeline(options =>
        {
            options.ServiceName = what == "missing" ? "missing" : options.ServiceName;
            options.ClusterName = what == "cluster" ? "missing" : options.ClusterName;
        }).RunAsync(new ScalingRunOptions { PlanOnly = plan });

        Assert.That(report.Error, Does.Contain(what is "cluster" ? "ClusterNotFoundException" : what));
        Assert.That(_account.TargetIds, Has.Count.EqualTo(1));
        Assert.That(_account.Aws.Calls.WithEffect.Count(call => call.Operation != "PutParameter"), Is.Zero);
    }

    [TestCase("CODE_DEPLOY")]
    public async Task A_plan_asks_ECS_though_nothing_is_to_be_made(string controller)
    {
        await _account.RunAsync(0);
        _account.Aws.State.SetDeploymentController(Service.Cluster, Service.Service, controller);

        var report = await _account.Pipeline().RunAsync(new ScalingRunOptions { PlanOnly = true });

        Assert.That(report.Error, Does.StartWith("roll_out: ").And.Contain(controller));
    }
}
