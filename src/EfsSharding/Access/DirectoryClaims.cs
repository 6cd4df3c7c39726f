using EfsSharding.Volumes;

namespace EfsSharding.Access;

/// <summary>Which file system each directory stands for: two in one directory would each show the other's files.</summary>
internal sealed class DirectoryClaims
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, HashSet<MountTarget>> _targets = new(StringComparer.Ordinal);

    /// <exception cref="MountFailedException">The directory stands for another file system.</exception>
    public void ThrowIfOthers(MountTarget target, string directory)
    {
        lock (_gate)
        {
            var first = _targets.GetValueOrDefault(NameOf(directory))?.FirstOrDefault(t => t.FileSystemId != target.FileSystemId);
            if (first is not null)
            {
                throw new MountFailedException(target,
                    $"{directory} stands for {first.FileSystemId} already and can stand for one file system only. Name a directory of its own for each in PremountedOptions.Directories.");
            }
        }
    }

    /// <summary>The directory stands for the target's file system until the target, this very object, is released.</summary>
    /// <exception cref="MountFailedException">The directory stands for another file system.</exception>
    public void Claim(MountTarget target, string directory)
    {
        lock (_gate)
        {
            ThrowIfOthers(target, directory);
            if (!_targets.TryGetValue(NameOf(directory), out var targets))
            {
                _targets[NameOf(directory)] = targets = new HashSet<MountTarget>(ReferenceEqualityComparer.Instance);
            }

            targets.Add(target);
        }
    }

    /// <summary>The target has left the map.</summary>
    public void Release(MountTarget target)
    {
        lock (_gate)
        {
            foreach (var (name, targets) in _targets.ToArray())
            {
                if (targets.Remove(target) && targets.Count == 0)
                {
                    _targets.Remove(name);
                }
            }
        }
    }

    private static string NameOf(string directory) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
}
