using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;

namespace EfsSharding.Nfs.Files.Compounds;

/// <summary>Ends an open.</summary>
/// <param name="state">The open.</param>
/// <param name="name">The name to look up first, beside the path; null when the file is named by its handle.</param>
internal sealed class CloseFileCompound(StateId state, string? name) : FileCompound
{
    public override string Name => "close";

    public override bool Changes => true;

    public override int Operations => 2;

    public override void Encode(CompoundCall call, in DirectoryWalk walk, ReadOnlySpan<char> ownName)
    {
        if (name is not null)
        {
            call.Add(new LookupOperation(name));
        }

        call.Add(new CloseOperation(state));
    }

    public override void Decode(ref CompoundResults results, in DirectoryWalk walk)
    {
        if ((name is null || results.Next(NfsOpcode.Lookup)) && results.Next(NfsOpcode.Close))
        {
            CloseOperation.ReadResult(ref results.Body);
        }
    }
}
