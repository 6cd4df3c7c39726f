using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;

namespace EfsSharding.Nfs.Files.Compounds;

/// <summary>
/// Removes a regular file: VERIFY keeps directories out, RENAME gives the file a name of the attempt's own, and that is removed. A RENAME that
/// comes late can be fenced, which a REMOVE cannot: it would take whatever has the name by then.
/// </summary>
/// <param name="verifies">Whether the server has VERIFY.</param>
/// <param name="ownName">The attempt's own name; null where there is no room for one more name, and the file is removed by its own.</param>
internal sealed class RemoveFileCompound(bool verifies, string? ownName) : FileCompound
{
    public override string Name => "remove";

    public override bool Changes => true;

    public override int Operations => 6;

    public override bool HadEffect => WasRenamed;

    /// <summary>The file has lost its name.</summary>
    public bool WasRenamed { get; private set; }

    public override void Encode(CompoundCall call, in DirectoryWalk walk, ReadOnlySpan<char> name)
    {
        call.Add(default(SaveFhOperation));
        if (verifies)
        {
            call.Add(new LookupOperation(name)).Add(new VerifyOperation(NfsFileType.Regular, null)).Add(default(RestoreFhOperation));
        }

        if (ownName is not null)
        {
            call.Add(new RenameOperation(name, ownName));
        }

        call.Add(new RemoveOperation(ownName is null ? name : ownName));
    }

    public override void Decode(ref CompoundResults results, in DirectoryWalk walk)
    {
        WasRenamed = false;
        if (!results.Next(NfsOpcode.SaveFh)
            || (verifies && !(results.Next(NfsOpcode.Lookup) && results.Next(NfsOpcode.Verify) && results.Next(NfsOpcode.RestoreFh))))
        {
            return;
        }

        if (ownName is not null)
        {
            if (!results.Next(NfsOpcode.Rename))
            {
                return;
            }

            RenameOperation.ReadResult(ref results.Body);
            WasRenamed = true;
        }

        if (results.Next(NfsOpcode.Remove))
        {
            RemoveOperation.ReadResult(ref results.Body);
        }
    }
}
