namespace EfsSharding.Benchmarks.Startup;

/// <summary>From the start of the native ScalerLambda to its first request for an event, with its size and memory.</summary>
internal sealed class StartupBenchmark : IBenchmark
{
    private const int Runs = 15;
    private const double Megabyte = 1 << 20;

    public string Name => "startup";

    public string Description => "the native ScalerLambda: start to first poll, size and memory (publishes it first; linux only)";

    public async Task RunAsync(BenchmarkOutput output, string[] args)
    {
        var bootstrap = await NativeBootstrap.PublishAsync();
        var times = new List<double>();
        long memory = 0;
        for (var run = 0; run < Runs; run++)
        {
            var (time, residentBytes) = await bootstrap.StartToFirstPollAsync();
            times.Add(time.TotalMilliseconds);
            memory = Math.Max(memory, residentBytes);
        }

        times.Sort();
        Write(output, "first-poll-median", times[Runs / 2], "ms");
        Write(output, "first-poll-worst", times[^1], "ms");
        Write(output, "size", bootstrap.Length / Megabyte, "MiB");
        Write(output, "memory-at-first-poll", memory / Megabyte, "MiB");
    }

    private static void Write(BenchmarkOutput output, string name, double value, string unit) =>
        output.Write(new BenchmarkResult { Benchmark = "startup", Case = name, Value = Math.Round(value, 2), Unit = unit });
}
