using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;

namespace EfsSharding.Nfs.Files.Compounds;

/// <summary>Lets go of a lock whose compound stopped midway.</summary>
internal sealed class UnlockCompound(StateId locks, ulong offset) : FileCompound
{
    public override string Name => "unlock";

    public override bool Changes => true;

    public override int Operations => 1;

    public override void Encode(CompoundCall call, in DirectoryWalk walk, ReadOnlySpan<char> name) => call.Add(new LockUOperation(locks, offset));

    public override void Decode(ref CompoundResults results, in DirectoryWalk walk)
    {
        if (results.Next(NfsOpcode.LockU))
        {
            LockUOperation.ReadResult(ref results.Body);
        }
    }
}
