namespace EfsSharding.Volumes.Directories.Lanes;

/// <summary>
/// The lanes of what is mounted at one place, over all attempts to open it. When calls hang there and something else is mounted at that
/// place by now,
/// it gets lanes of its own: what hangs belongs to the mount that was there before.
/// </summary>
internal sealed class MountLanes(Func<VolumeLanes> create)
{
    /// <summary>Mounts that hang and were replaced at the most; a further one is not opened before one of them comes back.</summary>
    private const int MostStuck = 4;

    private readonly Lock _gate = new();
    private readonly List<VolumeLanes> _stuck = [];
    private VolumeLanes _lanes = create();
    private string? _instance;

    /// <param name="instance">Names what is mounted there now; null when that is not known.</param>
    public VolumeLanes For(string? instance)
    {
        lock (_gate)
        {
            if (_instance is not null && instance is not null && instance != _instance && _lanes.Upkeep.IsStuck)
            {
                _stuck.RemoveAll(l => !l.Upkeep.IsStuck);
                if (_stuck.Count == MostStuck)
                {
                    return _lanes;
                }

                _stuck.Add(_lanes);
                _lanes = create();
            }

            _instance = instance ?? _instance;
            return _lanes;
        }
    }
}
