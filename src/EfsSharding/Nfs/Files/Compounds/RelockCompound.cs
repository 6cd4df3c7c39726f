using EfsSharding.Nfs.Files.Locking;
using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;

namespace EfsSharding.Nfs.Files.Compounds;

/// <summary>Takes a lock that its lock-owner may hold already, to learn its state and let go of it.</summary>
internal sealed class RelockCompound(LockOwner owner, ulong offset) : FileCompound
{
    public override string Name => "lock";

    public override bool Changes => true;

    public override int Operations => 1;

    public StateId? State { get; private set; }

    public override void Encode(CompoundCall call, in DirectoryWalk walk, ReadOnlySpan<char> name) => call.Add(owner.Lock(offset));

    public override void Decode(ref CompoundResults results, in DirectoryWalk walk)
    {
        if (results.Next(NfsOpcode.Lock))
        {
            State = LockOperation.ReadResult(ref results.Body);
        }
    }
}
