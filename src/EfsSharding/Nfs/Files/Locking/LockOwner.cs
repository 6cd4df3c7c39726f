using EfsSharding.Nfs.Operations;

namespace EfsSharding.Nfs.Files.Locking;

/// <summary>
/// A lock-owner of one lock file (RFC 8881 §9.5): who holds one path at a time, and another one later. Two that hold paths at once are two owners, so
/// that the server keeps them apart even where their paths have one byte.
/// </summary>
/// <param name="file">The lock file.</param>
/// <param name="number">One that no other lock-owner has.</param>
internal sealed class LockOwner(LockFile file, ulong number)
{
    public LockFile File => file;

    /// <summary>The state of its locks, once it has had one.</summary>
    public StateId? State { get; private set; }

    /// <summary>The operation that takes a lock.</summary>
    public LockOperation Lock(ulong offset) => State is { } locks
        ? LockOperation.Further(locks, offset)
        : LockOperation.First(file.Open, new OpenOwner(file.ClientId, number), offset);

    /// <summary>The server knows it. The version of the state does not matter: each owner does one thing at a time.</summary>
    public void Know(StateId locks) => State = locks.Unversioned;
}
