using System.Collections.Concurrent;

namespace EfsSharding.Volumes;

/// <summary>
/// What the listings of a volume saw of temporary files, by a clock that nobody sets. One that has not changed for a whole day of this
/// process's life was left by a writer that is gone: one that lives shows itself every hour. No clock of a server or another machine is asked.
/// </summary>
internal sealed class TemporarySightings(TimeProvider time)
{
    private const int MaxRemembered = 4096;
    private readonly ConcurrentDictionary<string, (FileVersion Version, long Since)> _seen = new(StringComparer.Ordinal);

    /// <summary>Whether nobody will finish the file.</summary>
    /// <param name="path">Its physical path.</param>
    /// <param name="version">Its present state.</param>
    public bool IsAbandoned(string path, FileVersion version)
    {
        var now = time.GetTimestamp();
        if (_seen.TryGetValue(path, out var seen) && seen.Version.IsSame(version))
        {
            return time.GetElapsedTime(seen.Since, now) >= TemporaryName.SweepAge;
        }

        if (_seen.Count >= MaxRemembered)
        {
            Forget(now);
        }

        if (_seen.Count < MaxRemembered || _seen.ContainsKey(path))
        {
            _seen[path] = (version, now);
        }

        return false;
    }

    /// <summary>Those that were there long ago are gone, as they would have been removed when they were seen again.</summary>
    private void Forget(long now)
    {
        foreach (var (path, seen) in _seen)
        {
            if (time.GetElapsedTime(seen.Since, now) > 3 * TemporaryName.SweepAge)
            {
                _seen.TryRemove(path, out _);
            }
        }
    }
}
