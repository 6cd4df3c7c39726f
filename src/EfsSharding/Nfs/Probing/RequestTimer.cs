namespace EfsSharding.Nfs.Probing;

/// <summary>Sends requests one after another and keeps how long they took.</summary>
internal sealed class RequestTimer(TimeProvider time, ProbeMeters meters)
{
    // Both connections of a volume have their session then, and the code is compiled.
    private const int WarmUps = 4;
    private const int Samples = 20;
    private readonly List<NfsRequestLatency> _latencies = [];

    public IReadOnlyList<NfsRequestLatency> Latencies => _latencies;

    /// <summary>Counts a round trip that is for no file.</summary>
    public void Count() => meters.Count();

    public Task MeasureAsync(string request, int bytes, Func<int, Task> sendAsync) => MeasureAsync(request, bytes, WarmUps, Samples, isCounted: true, sendAsync);

    /// <summary>Measures what is not made of compounds on files, and takes longer.</summary>
    public Task MeasureUncountedAsync(string request, Func<Task> sendAsync) => MeasureAsync(request, 0, 1, 5, isCounted: false, _ => sendAsync());

    private async Task MeasureAsync(string request, int bytes, int warmUps, int samples, bool isCounted, Func<int, Task> sendAsync)
    {
        for (var i = 0; i < warmUps; i++)
        {
            await sendAsync(i).ConfigureAwait(false);
        }

        var times = new TimeSpan[samples];
        var before = meters.RoundTrips;
        for (var i = 0; i < samples; i++)
        {
            var started = time.GetTimestamp();
            await sendAsync(warmUps + i).ConfigureAwait(false);
            times[i] = time.GetElapsedTime(started);
        }

        var roundTrips = meters.RoundTrips - before;
        Array.Sort(times);
        _latencies.Add(new NfsRequestLatency
        {
            Request = request,
            Bytes = bytes,
            Samples = samples,
            Shortest = times[0],
            Median = times[samples / 2],
            Longest = times[^1],
            RoundTrips = isCounted ? (double)roundTrips / samples : null,
        });
    }
}
