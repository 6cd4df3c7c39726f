using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;

namespace EfsSharding.Nfs.Files;

/// <summary>Removes a regular file: VERIFY keeps REMOVE, which takes empty directories as well, from anything else.</summary>
internal sealed class RemoveFileCompound(bool verifies) : FileCompound
{
    public override string Name => "remove";

    public override bool Changes => true;

    public override int Operations => 5;

    public override void Encode(CompoundCall call, in DirectoryWalk walk, ReadOnlySpan<char> name)
    {
        if (verifies)
        {
            call.Add(default(SaveFhOperation)).Add(new LookupOperation(name));
            call.Add(new VerifyOperation(NfsFileType.Regular, null)).Add(default(RestoreFhOperation));
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
