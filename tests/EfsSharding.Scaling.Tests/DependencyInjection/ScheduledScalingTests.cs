using System.Threading.Channels;
using EfsSharding.Scaling.Aws;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using NSubstitute;

namespace EfsSharding.Scaling.Tests.DependencyInjection;

[TestFixture]
internal sealed class ScheduledScalingTests
{
    [Test]
    public async Task Runs_follow_each_other_at_the_interval_and_survive_failures()
    {
        var clock = new FakeTimeProvider();
        var counter = new GatedCounter();
        await using var provider = Services(clock, counter).BuildServiceProvider();
        var schedule = provider.GetServices<IHostedService>().Single();
        await schedule.StartAsync(CancellationToken.None);

        for (var run = 1; run <= 3; run++)
        {
            await counter.StartedAsync(run);
            clock.Advance(TimeSpan.FromHours(1));
            Assert.That(counter.Runs, Is.EqualTo(run), "a run that takes long is not overtaken");
            counter.FailRun();
            await AdvanceUntilAsync(clock, () => counter.Runs > run);
        }

        counter.FailRun();
        await schedule.StopAsync(CancellationToken.None);
    }

    [Test]
    public async Task A_failed_run_is_counted_as_one()
    {
        var counter = new GatedCounter();
        await using var provider = Services(new FakeTimeProvider(), counter).BuildServiceProvider();
        using var runs = new MetricCollector<long>(
            provider.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>(), "EfsSharding.Scaling", "efs_sharding.scaling.runs");
        var running = provider.GetRequiredService<ScalingPipeline>().RunAsync(new ScalingRunOptions());
        await counter.StartedAsync(1);
        counter.FailRun();

        var report = await running;

        Assert.That(report.Error, Does.Contain("no luck"));
        Assert.That(runs.GetMeasurementSnapshot().Single().Tags["outcome"], Is.EqualTo("failed"));
    }

    [Test]
    public void Wrong_options_are_refused_with_the_first_pipeline()
    {
        using var provider = new ServiceCollection().AddEfsShardingScaling(options => options.FileSystemId = "wrong").BuildServiceProvider();

        var error = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<ScalingPipeline>());

        Assert.That(error!.Message, Does.Contain("FileSystemId is 'wrong'"));
    }

    private static IServiceCollection Services(TimeProvider clock, IFileCounter counter)
    {
        var services = new ServiceCollection();
        services.AddSingleton(clock).AddSingleton(counter);
        services.AddSingleton(Substitute.For<IElasticFileSystem>()).AddSingleton(Substitute.For<IElasticContainerService>());
        services.AddSingleton(Substitute.For<Amazon.EC2.IAmazonEC2>());
        services.AddSingleton(Substitute.For<Amazon.SimpleSystemsManagement.IAmazonSimpleSystemsManagement>());
        services.AddEfsShardingScaling(options =>
            (options.FileSystemId, options.TargetDirectory, options.ParameterName, options.Interval) = ("fs-1", "/mnt", "/map", TimeSpan.FromMinutes(5)));
        return services.AddEfsShardingScalingSchedule();
    }

    private static async Task AdvanceUntilAsync(FakeTimeProvider clock, Func<bool> isSo)
    {
        while (!isSo())
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            await Task.Yield();
        }
    }

    /// <summary>Lets the test say when each count ends, with a failure.</summary>
    private sealed class GatedCounter : IFileCounter
    {
        private readonly Channel<int> _started = Channel.CreateUnbounded<int>();
        private volatile TaskCompletionSource<FileCount>? _current;
        private int _runs;

        public int Runs => Volatile.Read(ref _runs);

        public Task<FileCount> CountAsync(FileCountRequest request, CancellationToken cancellationToken = default)
        {
            _current = new TaskCompletionSource<FileCount>(TaskCreationOptions.RunContinuationsAsynchronously);
            _started.Writer.TryWrite(Interlocked.Increment(ref _runs));
            return _current.Task;
        }

        public async Task StartedAsync(int run) => Assert.That(await _started.Reader.ReadAsync(), Is.EqualTo(run));

        public void FailRun() => _current!.TrySetException(new IOException("no luck"));
    }
}
