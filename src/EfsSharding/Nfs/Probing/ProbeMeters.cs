using System.Diagnostics.Metrics;
using EfsSharding.Nfs.Diagnostics;

namespace EfsSharding.Nfs.Probing;

/// <summary>Counts the round trips of the probe's own clients, apart from any other store in the process.</summary>
internal sealed class ProbeMeters : IMeterFactory
{
    private readonly Meter _meter = new("EfsSharding");
    private readonly MeterListener _listener = new();
    private long _roundTrips;

    public ProbeMeters()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument is Counter<long> { Name: NfsMetrics.RoundTripsName } && instrument.Meter == _meter)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, count, tags, _) =>
        {
            if (!IsBackground(tags))
            {
                Interlocked.Add(ref _roundTrips, count);
            }
        });
        _listener.Start();
    }

    /// <summary>Compounds that somebody waited for, so far.</summary>
    public long RoundTrips => Interlocked.Read(ref _roundTrips);

    /// <summary>Counts one that the clients do not: it is for no file.</summary>
    public void Count() => Interlocked.Increment(ref _roundTrips);

    public Meter Create(MeterOptions options) => _meter;

    public void Dispose()
    {
        _listener.Dispose();
        _meter.Dispose();
    }

    private static bool IsBackground(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var tag in tags)
        {
            if (tag is { Key: "operation", Value: "close" or "remove_temporary" })
            {
                return true;
            }
        }

        return false;
    }
}
