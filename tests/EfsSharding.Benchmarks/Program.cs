using EfsSharding.Benchmarks;
using EfsSharding.Benchmarks.Counting;
using EfsSharding.Benchmarks.Nfs;
using EfsSharding.Benchmarks.Routing;
using EfsSharding.Benchmarks.Startup;
using EfsSharding.Benchmarks.Storage;

IBenchmark[] benchmarks =
[
    new RoutingBenchmark(),
    new CountingBenchmark(),
    new StorageBenchmark(),
    new HungBenchmark(),
    new LargeBenchmark(),
    new OverloadBenchmark(),
    new StartupBenchmark(),
    new NfsCountingBenchmark(),
    new SmallFilesBenchmark(),
    new SequentialBenchmark(),
];

var name = args.FirstOrDefault(a => !a.StartsWith('-'));
var chosen = benchmarks.Where(b => name is null or "all" || b.Name == name).ToList();
if (name is null || chosen.Count == 0)
{
    Console.Error.WriteLine("Usage: EfsSharding.Benchmarks <name>|all [--json]");
    foreach (var benchmark in benchmarks)
    {
        Console.Error.WriteLine($"  {benchmark.Name,-10} {benchmark.Description}");
    }

    return 2;
}

var output = new BenchmarkOutput(Console.Out, args.Contains("--json"));
foreach (var benchmark in chosen)
{
    await benchmark.RunAsync(output, [.. args.Where(a => a != "--json" && a != name)]);
}

return 0;
