using System.Buffers.Binary;
using System.Security.Cryptography;

namespace EfsSharding.TestSupport.Scripted;

/// <summary>The files that the scripted server serves, and their handles of 128 bytes. Outlives restarts of the server.</summary>
internal sealed class FileTree
{
    private readonly Dictionary<ulong, Inode> _inodes = [];
    private readonly TimeProvider _time;
    private readonly Queue<ulong> _freeIds = [];
    private ulong _lastId;
    private uint _lastBirth;

    public FileTree(TimeProvider time)
    {
        _time = time;
        Root = Make(InodeType.Directory);
    }

    public Lock Lock { get; } = new();

    public Inode Root { get; }

    /// <summary>Raised to make every handle that was handed out stale.</summary>
    public uint Generation { get; set; } = 1;

    /// <summary>See <see cref="PeerSettings.ReusesFileIds"/>.</summary>
    public bool ReusesIds { get; init; }

    public Inode Make(InodeType type)
    {
        var id = _freeIds.TryDequeue(out var free) ? free : ++_lastId;
        var inode = new Inode(id, type, _time) { Birth = ++_lastBirth };
        _inodes.Add(inode.Id, inode);
        return inode;
    }

    public void Touch(Inode inode)
    {
        inode.Modified = _time.GetUtcNow();
        inode.Change++;
    }

    public byte[] HandleOf(Inode inode)
    {
        var handle = new byte[128];
        BinaryPrimitives.WriteUInt64BigEndian(handle, inode.Id);
        BinaryPrimitives.WriteUInt32BigEndian(handle.AsSpan(8), Generation);
        BinaryPrimitives.WriteUInt32BigEndian(handle.AsSpan(12), inode.Birth);
        SHA256.HashData(handle.AsSpan(0, 16), handle.AsSpan(96));
        return handle;
    }

    public Nfs4Stat Resolve(byte[] handle, out Inode? inode)
    {
        inode = null;
        if (handle.Length != 128 || !SHA256.HashData(handle.AsSpan(0, 16)).AsSpan().SequenceEqual(handle.AsSpan(96)))
        {
            return Nfs4Stat.BadHandle;
        }

        return BinaryPrimitives.ReadUInt32BigEndian(handle.AsSpan(8)) == Generation && _inodes.TryGetValue(BinaryPrimitives.ReadUInt64BigEndian(handle), out inode)
            && BinaryPrimitives.ReadUInt32BigEndian(handle.AsSpan(12)) == inode.Birth
            ? Nfs4Stat.Ok
            : Nfs4Stat.Stale;
    }

    /// <summary>One name fewer; the inode goes with the last, or when it is closed if somebody has it open.</summary>
    public void Unlink(Inode inode, bool isOpen)
    {
        inode.NoteChange();
        inode.Links = inode.Type == InodeType.Directory ? 0 : inode.Links - 1;
        if (inode.Links == 0 && !isOpen)
        {
            Drop(inode);
        }
    }

    public void Drop(Inode inode)
    {
        if (_inodes.TryGetValue(inode.Id, out var known) && known == inode)
        {
            _inodes.Remove(inode.Id);
            if (ReusesIds)
            {
                _freeIds.Enqueue(inode.Id);
            }
        }
    }

    /// <summary>What a crash of the server does to data that was not committed.</summary>
    public void LoseUnstableData()
    {
        foreach (var inode in _inodes.Values.Where(inode => inode.Stable is not null))
        {
            (inode.Content, inode.Stable) = (inode.Stable!, null);
            inode.Change++;
        }
    }

    /// <summary>Every file's path and content, temporary files and all.</summary>
    public SortedDictionary<string, byte[]> Files()
    {
        lock (Lock)
        {
            var files = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
            Collect(Root, "", files);
            return files;
        }
    }

    public Inode PutFile(string path, byte[] content)
    {
        lock (Lock)
        {
            var (parent, name) = ParentOf(path);
            var file = Make(InodeType.File);
            file.Content = content;
            parent.Put(name, file);
            return file;
        }
    }

    public void PutLink(string path, Inode file)
    {
        lock (Lock)
        {
            var (parent, name) = ParentOf(path);
            parent.Put(name, file);
            file.Links++;
            file.NoteChange();
        }
    }

    /// <summary>What is at a path; the root for the empty string.</summary>
    public Inode? Find(string path)
    {
        lock (Lock)
        {
            return path.Split('/', StringSplitOptions.RemoveEmptyEntries).Aggregate((Inode?)Root, (directory, segment) => directory?.Find(segment));
        }
    }

    public void PutSymlink(string path) => Put(path, InodeType.Symlink);

    public void Put(string path, InodeType type)
    {
        lock (Lock)
        {
            var (parent, name) = ParentOf(path);
            parent.Put(name, Make(type));
        }
    }

    public Inode PutDirectory(string path)
    {
        lock (Lock)
        {
            return ParentOf(path + "/x").Parent;
        }
    }

    /// <param name="path">What is removed.</param>
    /// <param name="isKnown">Its handle leads to it still.</param>
    public void Remove(string path, bool isKnown = false)
    {
        lock (Lock)
        {
            var (parent, name) = ParentOf(path);
            if (parent.Find(name) is { } inode)
            {
                parent.Take(name);
                Unlink(inode, isOpen: isKnown);
            }
        }
    }

    private (Inode Parent, string Name) ParentOf(string path)
    {
        var segments = path.Split('/');
        var directory = Root;
        foreach (var segment in segments[..^1])
        {
            var next = directory.Find(segment);
            if (next is null)
            {
                next = Make(InodeType.Directory);
                directory.Put(segment, next);
            }

            directory = next;
        }

        return (directory, segments[^1]);
    }

    private static void Collect(Inode directory, string prefix, SortedDictionary<string, byte[]> files)
    {
        foreach (var (name, inode) in directory.ByCookie.Values)
        {
            if (inode.Type == InodeType.Directory)
            {
                Collect(inode, prefix + name + "/", files);
            }
            else
            {
                files[prefix + name] = inode.Content;
            }
        }
    }
}
