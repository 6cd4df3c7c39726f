using EfsSharding.Volumes;

namespace EfsSharding.Targets;

/// <summary>
/// Looks at the root of each file system that is new, or whose layout changes, and says when its files were written in the other
/// layout. What cannot be seen for certain is no reason to refuse a store.
/// </summary>
internal static class LayoutCheck
{
    /// <exception cref="LayoutMismatchException">The files of a file system were written in the other layout.</exception>
    /// <exception cref="TargetUnavailableException">No mount target of a file system could list its root.</exception>
    public static async Task RunAsync(VolumesInUse next, VolumesInUse? previous, CancellationToken cancellationToken)
    {
        var isKnown = previous?.Map.Layout == next.Map.Layout
            ? previous.Map.FileSystems.Select(f => f.FileSystemId).ToHashSet(StringComparer.Ordinal)
            : [];
        foreach (var id in next.Map.FileSystems.Select(f => f.FileSystemId).Where(id => !isKnown.Contains(id)))
        {
            var other = next.Map.Layout == FileLayout.Plain ? FileLayout.Bucketed : FileLayout.Plain;
            if (await ShowsAsync(other, id, next, cancellationToken).ConfigureAwait(false))
            {
                throw new LayoutMismatchException(id, next.Map.Layout, other);
            }
        }
    }

    /// <summary>Asks one mount target after the other: one that was reached may fail a moment later.</summary>
    private static async Task<bool> ShowsAsync(FileLayout layout, string fileSystemId, VolumesInUse next, CancellationToken cancellationToken)
    {
        var faults = new List<string>();
        foreach (var target in next.Volumes.Where(v => v.Target.FileSystemId == fileSystemId && v.State == VolumeState.Up))
        {
            if (target.TryLend() is not { } volume)
            {
                continue;
            }

            try
            {
                return await new LayoutEvidence(volume).ShowsAsync(layout, cancellationToken).ConfigureAwait(false);
            }
            catch (TargetFaultException e)
            {
                target.ReportFault(e);
                faults.Add(e.Message);
            }
            catch (StoreBusyException)
            {
                // Too much at once in this process says nothing of the files.
                return false;
            }
            finally
            {
                target.Release();
            }
        }

        return faults.Count == 0
            ? false
            : throw new TargetUnavailableException(fileSystemId, $"No mount target of {fileSystemId} could list the root of the file system. {string.Join(" ", faults)}");
    }
}
