using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;

namespace EfsSharding.Nfs.Files.Compounds;

/// <summary>Removes an empty directory: VERIFY keeps REMOVE, which takes files as well, from anything else. NOTEMPTY is an answer.</summary>
internal sealed class RemoveDirectoryCompound(bool verifies) : FileCompound
{
    public override string Name => "remove_directory";

    public override bool Changes => true;

    public override int Operations => 5;

    /// <summary>There is none of that name any more.</summary>
    public bool IsGone => Status is NfsStatus.Ok or NfsStatus.NoEnt || NfsErrors.IsStale(Status);

    public override void Encode(CompoundCall call, in DirectoryWalk walk, ReadOnlySpan<char> name)
    {
        if (verifies)
        {
            call.Add(default(SaveFhOperation)).Add(new LookupOperation(name));
            call.Add(new VerifyOperation(NfsFileType.Directory, null)).Add(default(RestoreFhOperation));
        }

        call.Add(new RemoveOperation(name));
    }

    public override void Decode(ref CompoundResults results, in DirectoryWalk walk)
    {
        var found = !verifies
            || (results.Next(NfsOpcode.SaveFh) && results.Next(NfsOpcode.Lookup) && results.Next(NfsOpcode.Verify) && results.Next(NfsOpcode.RestoreFh));
        if (found && results.Next(NfsOpcode.Remove))
        {
            RemoveOperation.ReadResult(ref results.Body);
        }
    }
}
