using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;

namespace EfsSharding.Nfs.Files.Compounds;

/// <summary>Cuts a file that has a certain size: VERIFY stops the compound when it has another by then.</summary>
internal sealed class TruncateCompound(StateId state, long from, long to) : FileCompound
{
    public override string Name => "truncate";

    public override bool Changes => true;

    public override int Operations => 2;

    public override void Encode(CompoundCall call, in DirectoryWalk walk, ReadOnlySpan<char> name) =>
        call.Add(new VerifyOperation(NfsFileType.Regular, from)).Add(new SetAttrOperation(state, to));

    public override void Decode(ref CompoundResults results, in DirectoryWalk walk)
    {
        if (results.Next(NfsOpcode.Verify) && results.Next(NfsOpcode.SetAttr))
        {
            SetAttrOperation.ReadResult(ref results.Body);
        }
    }
}
