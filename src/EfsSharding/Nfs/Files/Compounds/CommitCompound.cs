using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;

namespace EfsSharding.Nfs.Files.Compounds;

/// <summary>Makes what was written to an open file safe.</summary>
internal sealed class CommitCompound : FileCompound
{
    public override string Name => "commit";

    public override bool Changes => true;

    public override int Operations => 1;

    public ulong Verifier { get; private set; }

    public override void Encode(CompoundCall call, in DirectoryWalk walk, ReadOnlySpan<char> name) => call.Add(default(CommitOperation));

    public override void Decode(ref CompoundResults results, in DirectoryWalk walk)
    {
        if (results.Next(NfsOpcode.Commit))
        {
            Verifier = CommitOperation.ReadResult(ref results.Body);
        }
    }
}
