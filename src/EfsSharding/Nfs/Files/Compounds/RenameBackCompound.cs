using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;

namespace EfsSharding.Nfs.Files.Compounds;

/// <summary>Gives a directory its name back that came in a file's place between two operations of a compound.</summary>
internal sealed class RenameBackCompound(string ownName) : FileCompound
{
    public override string Name => "rename_back";

    public override bool Changes => true;

    public override int Operations => 2;

    public override void Encode(CompoundCall call, in DirectoryWalk walk, ReadOnlySpan<char> name) =>
        call.Add(default(SaveFhOperation)).Add(new RenameOperation(ownName, name));

    public override void Decode(ref CompoundResults results, in DirectoryWalk walk)
    {
        if (results.Next(NfsOpcode.SaveFh) && results.Next(NfsOpcode.Rename))
        {
            RenameOperation.ReadResult(ref results.Body);
        }
    }
}
