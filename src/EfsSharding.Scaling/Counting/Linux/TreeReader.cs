using System.Runtime.InteropServices;
using EfsSharding.Volumes.Directories.Linux;

namespace EfsSharding.Scaling.Counting.Linux;

/// <summary>
/// One thread of a walk. It goes down depth first, one buffer of entries at a time, and hands subdirectories to the others while they
/// have nothing to do.
/// </summary>
internal sealed unsafe class TreeReader : IDisposable
{
    private const int NetworkBufferLength = 1 << 20;
    private const int LocalBufferLength = 1 << 18;

    private const int ESTALE = 116;

    private readonly string _root;
    private readonly DirectoryHandle _rootHandle;
    private readonly DirectoryQueue _queue;
    private readonly CountTally _tally;
    private readonly DirectoryPath _path;
    private readonly DirectoryIdentity? _rootIdentity;
    private readonly byte* _buffer;
    private readonly int _bufferLength;

    public TreeReader(string root, DirectoryHandle rootHandle, DirectoryQueue queue, CountTally tally, bool onNetwork)
    {
        _root = root;
        _rootHandle = rootHandle;
        _queue = queue;
        _tally = tally;
        _path = new DirectoryPath(rootHandle);
        _rootIdentity = DirectoryIdentity.Of(rootHandle.Descriptor);
        _bufferLength = onNetwork ? NetworkBufferLength : LocalBufferLength;
        _buffer = (byte*)NativeMemory.AlignedAlloc((nuint)_bufferLength, sizeof(long));
    }

    public void Run()
    {
        while (!_tally.IsStopped && _queue.TryTake(out var directory))
        {
            try
            {
                Enter(directory);
                while (_path.Deepest is { } frame && !_tally.IsStopped)
                {
                    Advance(frame);
                }
            }
            finally
            {
                _queue.Finish();
            }
        }
    }

    public void Dispose()
    {
        _path.Clear();
        NativeMemory.AlignedFree(_buffer);
    }

    private void Enter(WaitingDirectory directory)
    {
        if (directory.Parent is not { } parent)
        {
            _path.Push(new DirectoryFrame(directory.Node, _rootHandle.AddReference()));
            _tally.AddDirectory();
            return;
        }

        try
        {
            Enter(directory.Node, parent);
        }
        finally
        {
            parent.Release();
        }
    }

    private void Enter(DirectoryNode node, DirectoryHandle parent)
    {
        var descriptor = DirectoryOpening.Open(parent.Descriptor, node.Name);
        if (descriptor < 0 && LinuxError.Last == ESTALE)
        {
            // The parent was removed by another client, or made again.
            descriptor = DirectoryOpening.OpenFrom(_rootHandle.Descriptor, node);
        }

        if (descriptor >= 0 && _rootIdentity?.IsMountedOver(descriptor) == true)
        {
            // What is mounted below is another file system, or this one for a second time.
            _ = LinuxCalls.Close(descriptor);
            _tally.AddMountPoint();
        }
        else if (descriptor >= 0)
        {
            _path.Push(new DirectoryFrame(node, new DirectoryHandle(descriptor)));
            _tally.AddDirectory();
        }
        else if (!DirectoryOpening.HasVanished(LinuxError.Last))
        {
            throw Unreadable(node, LinuxError.Last);
        }
    }

    private void Advance(DirectoryFrame frame)
    {
        if (_queue.HasRoom)
        {
            _path.Share(_queue);
        }

        if (frame.Pending.TryTake(out var name))
        {
            Enter(new DirectoryNode(frame.Node, name), frame.Handle!);
        }
        else if (!frame.IsReadToEnd)
        {
            Read(frame);
        }
        else if (_path.Pop() is { } closed)
        {
            throw Unreadable(closed, LinuxError.Last);
        }
    }

    private void Read(DirectoryFrame frame)
    {
        var descriptor = frame.Handle!.Descriptor;
        var length = LinuxCalls.Getdents64(descriptor, _buffer, _bufferLength);
        if (length > 0)
        {
            var scan = EntryScan.Of(_buffer, length, descriptor, frame.Pending);
            _tally.AddFiles(scan.Files);
            frame.Position = scan.Position;
            if (scan.Errno != 0)
            {
                throw Unreadable(frame.Node, scan.Errno);
            }

            return;
        }

        var error = length < 0 ? LinuxError.Last : 0;
        if (error == LinuxError.EINTR)
        {
            return;
        }

        if (error != 0 && !HasVanishedWhileOpen(frame.Node, error))
        {
            throw Unreadable(frame.Node, error);
        }

        frame.IsReadToEnd = true;
    }

    /// <summary>Over NFS a directory that another client removed is a stale handle; so is one of a server that lost its state.</summary>
    private bool HasVanishedWhileOpen(DirectoryNode node, int error)
    {
        if (error != ESTALE || node.Parent is null)
        {
            return error == LinuxError.ENOENT && node.Parent is not null;
        }

        var again = DirectoryOpening.OpenFrom(_rootHandle.Descriptor, node);
        if (again >= 0)
        {
            _ = LinuxCalls.Close(again);
            return false;
        }

        return DirectoryOpening.HasVanished(LinuxError.Last);
    }

    private DirectoryUnreadableException Unreadable(DirectoryNode node, int error) =>
        new(node.PathBelow(_root), Marshal.GetPInvokeErrorMessage(error));
}
