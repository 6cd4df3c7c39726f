using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;

namespace EfsSharding.Nfs.Files.Compounds;

/// <summary>Removes a temporary name beside the destination.</summary>
internal sealed class RemoveTemporaryCompound(string temporaryName) : FileCompound
{
    public override string Name => "remove_temporary";

    public override bool Changes => true;

    public override int Operations => 1;

    public override void Encode(CompoundCall call, in DirectoryWalk walk, ReadOnlySpan<char> name) => call.Add(new RemoveOperation(temporaryName));

    public override void Decode(ref CompoundResults results, in DirectoryWalk walk)
    {
        if (results.Next(NfsOpcode.Remove))
        {
            RemoveOperation.ReadResult(ref results.Body);
        }
    }
}
