using System.Diagnostics.Metrics;

namespace EfsSharding.Nfs.Diagnostics;

/// <summary>What direct NFS measures, under the meter of the library.</summary>
internal sealed class NfsMetrics : IDisposable
{
    public const string RoundTripsName = "efs_sharding.nfs.round_trips";

    private readonly Meter _meter;
    private readonly Counter<long> _roundTrips;
    private readonly UpDownCounter<long> _slotsInUse;
    private readonly Counter<long> _reconnects;
    private readonly Counter<long> _recoveries;
    private readonly KeyValuePair<string, object?> _target;

    public NfsMetrics(IMeterFactory? meters, string mountTargetId)
    {
        // A meter of a factory is the factory's; one made here is shared by nobody.
        _meter = meters?.Create("EfsSharding") ?? new Meter("EfsSharding");
        Owned = meters is null;
        _target = new KeyValuePair<string, object?>("mount_target", mountTargetId);
        _roundTrips = _meter.CreateCounter<long>(RoundTripsName, "{request}", "Compounds sent, by what they were for.");
        _slotsInUse = _meter.CreateUpDownCounter<long>("efs_sharding.nfs.slots_in_use", "{slot}", "Slots that carry a request.");
        _reconnects = _meter.CreateCounter<long>("efs_sharding.nfs.reconnects", "{connection}", "Connections re-established after a loss.");
        _recoveries = _meter.CreateCounter<long>("efs_sharding.nfs.recoveries", "{session}", "Sessions re-established after the server had forgotten them.");
    }

    private bool Owned { get; }

    public void RoundTrip(string operation)
    {
        if (_roundTrips.Enabled)
        {
            _roundTrips.Add(1, _target, new KeyValuePair<string, object?>("operation", operation));
        }
    }

    public void SlotsTaken(int change) => _slotsInUse.Add(change, _target);

    public void Reconnected() => _reconnects.Add(1, _target);

    public void SessionRecovered() => _recoveries.Add(1, _target);

    public void Dispose()
    {
        if (Owned)
        {
            _meter.Dispose();
        }
    }
}
