using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;

namespace EfsSharding.Nfs.Files.Compounds;

/// <summary>Shows everybody that a file is still being written, when nothing was for long.</summary>
internal sealed class TouchCompound(StateId state) : FileCompound
{
    public override string Name => "touch";

    public override bool Changes => true;

    public override int Operations => 1;

    public override void Encode(CompoundCall call, in DirectoryWalk walk, ReadOnlySpan<char> name) => call.Add(new SetAttrOperation(state, null));

    public override void Decode(ref CompoundResults results, in DirectoryWalk walk)
    {
        if (results.Next(NfsOpcode.SetAttr))
        {
            SetAttrOperation.ReadResult(ref results.Body);
        }
    }
}
