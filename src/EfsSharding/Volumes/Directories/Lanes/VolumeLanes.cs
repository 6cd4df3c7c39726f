namespace EfsSharding.Volumes.Directories.Lanes;

/// <summary>
/// The lanes of one mount, kept over all attempts to open it, so that an attempt on a mount that hangs waits behind the one before it and
/// takes no thread of its own.
/// </summary>
internal sealed class VolumeLanes
{
    /// <summary>
    /// One call that opens and one that probes: a volume does no more of these at once, and they need no place among its operations.
    /// </summary>
    private const int UpkeepPlaces = 2;

    private readonly Lock _gate = new();
    private readonly Func<BlockingLane> _create;
    private BlockingLane _operations;

    /// <param name="name">Names the mount in errors.</param>
    /// <param name="maxConcurrency">Operations that run at once; at least 1.</param>
    /// <param name="timeout">How long one may take without progress.</param>
    /// <param name="timeProvider">The clock of the deadlines.</param>
    public VolumeLanes(string name, int maxConcurrency, TimeSpan timeout, TimeProvider timeProvider)
    {
        Upkeep = new BlockingLane(name, UpkeepPlaces, timeout, timeProvider);
        _create = () => new BlockingLane(name, maxConcurrency, timeout, timeProvider);
        _operations = _create();
    }

    /// <summary>Opens the mount and asks whether it answers.</summary>
    public BlockingLane Upkeep { get; }

    /// <summary>
    /// The lane for a volume that was just opened. The mount answers, so that calls which still hang belong to a mount that was there
    /// before
    /// it, and keep their lane to themselves.
    /// </summary>
    public BlockingLane OperationsOfOpened()
    {
        lock (_gate)
        {
            return _operations = _operations.IsStuck ? _create() : _operations;
        }
    }
}
