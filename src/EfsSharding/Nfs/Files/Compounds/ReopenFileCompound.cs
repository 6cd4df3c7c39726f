using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;

namespace EfsSharding.Nfs.Files.Compounds;

/// <summary>Opens a file again that the server no longer takes for open. It counts as a read for the same reasons as <see cref="HoldFileCompound"/>.</summary>
/// <param name="owner">The number that the open had.</param>
internal sealed class ReopenFileCompound(ulong owner) : FileCompound
{
    public override string Name => "open";

    public override int Operations => 1;

    public StateId State { get; private set; }

    public override void Encode(CompoundCall call, in DirectoryWalk walk, ReadOnlySpan<char> name) =>
        call.Add(new OpenByHandleOperation(new OpenOwner(call.Session.ClientId, owner)));

    public override void Decode(ref CompoundResults results, in DirectoryWalk walk)
    {
        if (results.Next(NfsOpcode.Open))
        {
            State = OpenOperation.ReadResult(ref results.Body, out _);
        }
    }
}
