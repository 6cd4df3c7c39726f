using System.Collections.Concurrent;
using EfsSharding.Volumes;

namespace EfsSharding.Tests.Storage;

/// <summary>Local directories whose mount targets a test switches off and on, and whose operations it can interfere with.</summary>
internal sealed class SwitchableMounter(IVolumeMounter inner) : IVolumeMounter
{
    private readonly ConcurrentDictionary<string, bool> _down = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _hung = new(StringComparer.Ordinal);

    private int _opened;

    /// <summary>Awaited before an operation: of which target, its name, and what it writes.</summary>
    public Func<string, string, PendingWrite?, Task>? Before { get; set; }

    /// <summary>Awaited after an operation that was done.</summary>
    public Func<string, string, PendingWrite?, Task>? After { get; set; }

    /// <summary>Awaited before a directory is listed and before each of its entries is passed on: of which target, which directory, and which entry, null for the first.</summary>
    public Func<string, string, DirectoryEntry?, Task>? BeforeListing { get; set; }

    /// <summary>Called before each read of a stream, which it may fail.</summary>
    public Action? BeforeStreamRead { get; set; }

    /// <summary>Called when a volume has been disposed, which it may fail.</summary>
    public Action<string>? AfterDisposal { get; set; }

    public ConcurrentQueue<string> Disposed { get; } = new();

    public ConcurrentQueue<string> Mounted { get; } = new();

    /// <summary>How many were mounted and opened.</summary>
    public int Opened => Volatile.Read(ref _opened);

    public ConcurrentQueue<string> Unmounted { get; } = new();

    public string Access => inner.Access;

    public string ServerRoot => inner.ServerRoot;

    public void SwitchOff(params IEnumerable<string> mountTargetIds)
    {
        foreach (var id in mountTargetIds)
        {
            _down[id] = true;
        }
    }

    /// <summary>Mounting it does not end until it is given up.</summary>
    public void Hang(params IEnumerable<string> mountTargetIds)
    {
        foreach (var id in mountTargetIds)
        {
            _hung[id] = true;
        }
    }

    public void SwitchOn(string mountTargetId) => _down.TryRemove(mountTargetId, out _);

    public bool IsDown(string mountTargetId) => _down.ContainsKey(mountTargetId);

    public async Task<IVolume> MountAsync(MountTarget target, CancellationToken cancellationToken)
    {
        if (IsDown(target.MountTargetId))
        {
            throw new MountFailedException(target, "it is switched off.");
        }

        if (_hung.ContainsKey(target.MountTargetId))
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        Mounted.Enqueue(target.MountTargetId);
        var volume = new SwitchableVolume(await inner.MountAsync(target, cancellationToken), target.MountTargetId, this);
        Interlocked.Increment(ref _opened);
        return volume;
    }

    public async Task UnmountAsync(MountTarget target, IVolume volume, CancellationToken cancellationToken)
    {
        await volume.DisposeAsync();
        Unmounted.Enqueue(target.MountTargetId);
    }
}
