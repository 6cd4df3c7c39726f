namespace EfsSharding.Benchmarks;

/// <summary>One benchmark of the command line: measures its cases and gives each to the output.</summary>
internal interface IBenchmark
{
    /// <summary>The word that chooses it.</summary>
    string Name { get; }

    /// <summary>What it measures, in one line.</summary>
    string Description { get; }

    Task RunAsync(BenchmarkOutput output, string[] args);
}
