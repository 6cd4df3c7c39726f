using System.Diagnostics;
using System.Diagnostics.Metrics;
using EfsSharding.Targets;

namespace EfsSharding.Diagnostics;

/// <summary>What a store measures. The meter is named <c>EfsSharding</c>, and so is the source of its traces.</summary>
internal sealed class StoreMetrics : IDisposable
{
    public const string Name = "EfsSharding";

    private static readonly string[] StateNames = ["down", "suspect", "up"];

    private static readonly string[] LeftOutNames = ["unreadable", "too_long", "not_utf8", "misplaced"];

    /// <summary>In seconds: from a read that the kernel has in its cache to an operation that took several deadlines.</summary>
    private static readonly double[] DurationBuckets =
        [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

    private readonly Meter _meter;
    private readonly TimeProvider _timeProvider;
    private readonly KeyValuePair<string, object?> _store;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _bytes;
    private readonly Counter<long> _fallbacks;
    private readonly Counter<long> _listed;
    private readonly Counter<long> _leftOut;

    public StoreMetrics(string storeName, IMeterFactory meterFactory, TimeProvider timeProvider, Func<VolumesInUse?> inUse)
    {
        _timeProvider = timeProvider;
        _store = new("store", storeName);
        StoreName = storeName;
        _meter = meterFactory.Create(Name);
        _duration = _meter.CreateHistogram<double>("efs_sharding.operation.duration", "s", "Time of one operation on one mount target.",
            advice: new() { HistogramBucketBoundaries = DurationBuckets });
        _bytes = _meter.CreateCounter<long>("efs_sharding.io", "By", "File content read and written.");
        _fallbacks = _meter.CreateCounter<long>("efs_sharding.fallbacks", "{operation}", "Operations that did not go to the mount target of first choice.");
        _listed = _meter.CreateCounter<long>("efs_sharding.listed", "{file}", "Files that listings passed on.");
        _leftOut = _meter.CreateCounter<long>("efs_sharding.listing.left_out", "{entry}", "What listings met and could not pass on, by reason.");
        _meter.CreateObservableGauge("efs_sharding.targets", () => CountTargets(inUse()), "{target}", "Mount targets of the map in use by state.");
        _meter.CreateObservableGauge("efs_sharding.map.revision", () => Revision(inUse()), "{revision}", "Revision of the shard map in use.");
    }

    public string StoreName { get; }

    public long Start() => _duration.Enabled ? _timeProvider.GetTimestamp() : 0;

    /// <param name="started">What <see cref="Start"/> gave.</param>
    /// <param name="operation">The operation's name, for example <c>read</c>.</param>
    /// <param name="mountTargetId">The target that it went to.</param>
    /// <param name="error">The exception that ended it; null when it succeeded.</param>
    public void End(long started, string operation, string mountTargetId, Exception? error)
    {
        if (started != 0)
        {
            var tags = new TagList { _store, { "operation", operation }, { "mount_target", mountTargetId } };
            if (error is not null)
            {
                tags.Add("error.type", error.GetType().Name);
            }

            _duration.Record(_timeProvider.GetElapsedTime(started).TotalSeconds, tags);
        }
    }

    public void AddBytes(string direction, long count)
    {
        _bytes.Add(count, _store, new("direction", direction));
        StoreTrace.Moved(direction, count);
    }

    public void AddFallback(string operation, string mountTargetId) =>
        _fallbacks.Add(1, _store, new("operation", operation), new("mount_target", mountTargetId));

    public void AddListed(int files) => _listed.Add(files, _store);

    public void AddLeftOut(LeftOut reason, int count) => _leftOut.Add(count, _store, new("reason", LeftOutNames[(int)reason]));

    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<int>> CountTargets(VolumesInUse? inUse) =>
        inUse is null
            ? []
            : inUse.Volumes.CountBy(v => v.State).Select(c => new Measurement<int>(c.Value, _store, new("state", StateNames[(int)c.Key])));

    private IEnumerable<Measurement<long>> Revision(VolumesInUse? inUse) =>
        inUse is null ? [] : [new Measurement<long>(inUse.Map.Revision, _store)];
}
