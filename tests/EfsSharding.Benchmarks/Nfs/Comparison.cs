namespace EfsSharding.Benchmarks.Nfs;

/// <summary>Rounds of one case over direct NFS and through a kernel mount, in turn; the medians are what counts.</summary>
internal sealed class Comparison(int operations)
{
    private readonly List<Cost> _ours = [];
    private readonly List<Cost> _kernels = [];
    private readonly List<long> _roundTrips = [];

    public async Task AddAsync(DirectMount direct, Func<Task> ours, Func<Task> kernels)
    {
        var before = direct.RoundTrips;
        _ours.Add(await Cost.OfAsync(ours));
        _roundTrips.Add(direct.RoundTrips - before);
        _kernels.Add(await Cost.OfAsync(kernels));
    }

    public BenchmarkResult Result(string benchmark, string name, BenchmarkServer server, string unit = "us/file") => new()
    {
        Benchmark = benchmark,
        Case = name,
        Value = Microseconds(_ours, c => c.Seconds),
        Unit = unit,
        Baseline = $"kernel mount of {server.Name}",
        BaselineValue = Microseconds(_kernels, c => c.Seconds),
        AllocatedBytes = Measure.Median(_ours.ConvertAll(c => c.AllocatedBytes)) / operations,
        RoundTripsPerOperation = (double)Measure.Median(_roundTrips) / operations,
        CpuMicroseconds = Microseconds(_ours, c => c.CpuSeconds),
        BaselineCpuMicroseconds = Microseconds(_kernels, c => c.CpuSeconds),
    };

    private double Microseconds(List<Cost> costs, Converter<Cost, double> part) => Measure.Median(costs.ConvertAll(part)) / operations * 1e6;
}
