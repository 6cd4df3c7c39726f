using System.Collections.Concurrent;
using EfsSharding.Nfs.Operations;

namespace EfsSharding.Nfs.Files.Locking;

/// <summary>One client's open of the lock file of a bucket, which is kept, and the lock-owners that hold nothing now.</summary>
/// <param name="clientId">The client ID that the open belongs to; another one's locks end without it.</param>
/// <param name="handle">The file.</param>
/// <param name="open">The open, for writing.</param>
internal sealed class LockFile(ulong clientId, FileHandle handle, StateId open)
{
    public ulong ClientId => clientId;

    public FileHandle Handle => handle;

    public StateId Open => open;

    public ConcurrentStack<LockOwner> Idle { get; } = [];
}
