namespace EfsSharding.Benchmarks.Counting;

/// <summary>Counting files, against a bare getdents64 loop in the same process and against find.</summary>
internal sealed class CountingBenchmark : IBenchmark
{
    public string Name => "counting";

    public string Description => "Files of a warm local tree, against a getdents64 loop and find -type f";

    public Task RunAsync(BenchmarkOutput output, string[] args) => Task.CompletedTask;
}
