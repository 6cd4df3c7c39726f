using System.Runtime.InteropServices;
using EfsSharding.Volumes.Directories.Linux;

namespace EfsSharding.Scaling.Counting.Linux;

/// <summary>
/// A thread's way down, of any depth. The first directory and the deepest ones are open; those between are closed and opened again on the
/// way back, so that descriptors do not grow with the depth.
/// </summary>
internal sealed class DirectoryPath(DirectoryHandle root)
{
    private const int MaxOpen = 8;

    private readonly List<DirectoryFrame> _frames = [];

    /// <summary>Null when the way is at its end. Always open.</summary>
    public DirectoryFrame? Deepest => _frames.Count == 0 ? null : _frames[^1];

    public void Push(DirectoryFrame frame)
    {
        _frames.Add(frame);
        var crowded = _frames.Count - MaxOpen;
        if (crowded > 0 && _frames[crowded] is { Handle: { } handle } closing && DirectoryIdentity.Of(handle.Descriptor) is { } identity)
        {
            closing.Identity = identity;
            closing.Handle = null;
            handle.Release();
        }
    }

    /// <summary>Leaves the deepest directory and opens the one above again, if it must be. One that has vanished is left too.</summary>
    /// <returns>Null, or the directory that is there and cannot be opened; errno says why.</returns>
    public DirectoryNode? Pop()
    {
        var left = _frames[^1].Handle!;
        _frames.RemoveAt(_frames.Count - 1);
        try
        {
            while (Deepest is { Handle: null } closed && !TryReopen(closed, left))
            {
                if (!DirectoryOpening.HasVanished(LinuxError.Last))
                {
                    return closed.Node;
                }

                _frames.RemoveAt(_frames.Count - 1);
            }

            return null;
        }
        finally
        {
            // Closing it has an errno of its own.
            var errno = LinuxError.Last;
            left.Release();
            Marshal.SetLastPInvokeError(errno);
        }
    }

    /// <summary>Gives subdirectories that nobody reads yet to the other threads, the shallowest first.</summary>
    public void Share(DirectoryQueue queue)
    {
        for (var i = 0; i < _frames.Count && queue.HasRoom; i = i == 0 ? Math.Max(1, _frames.Count - MaxOpen) : i + 1)
        {
            var frame = _frames[i];
            while (frame.Handle is { } handle && queue.HasRoom && frame.Pending.TryTake(out var name))
            {
                var waiting = new WaitingDirectory(new DirectoryNode(frame.Node, name), handle.AddReference());
                if (!queue.TryAdd(waiting))
                {
                    frame.Pending.Add(name.AsSpan(0, name.Length - 1));
                    handle.Release();
                    return;
                }
            }
        }
    }

    public void Clear()
    {
        _frames.ForEach(frame => frame.Handle?.Release());
        _frames.Clear();
    }

    private bool TryReopen(DirectoryFrame frame, DirectoryHandle below)
    {
        var descriptor = DirectoryOpening.OpenParent(below.Descriptor, frame.Identity);
        return TryReopenAt(frame, descriptor >= 0 ? descriptor : DirectoryOpening.OpenFrom(root.Descriptor, frame.Node));
    }

    private static bool TryReopenAt(DirectoryFrame frame, int descriptor)
    {
        if (descriptor < 0)
        {
            return false;
        }

        frame.Handle = new DirectoryHandle(descriptor);
        return frame.IsReadToEnd || DirectoryOpening.Seek(descriptor, frame.Position);
    }
}
