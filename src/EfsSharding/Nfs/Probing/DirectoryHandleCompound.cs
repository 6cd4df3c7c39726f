using EfsSharding.Nfs.Files;
using EfsSharding.Nfs.Files.Compounds;
using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;

namespace EfsSharding.Nfs.Probing;

/// <summary>Asks for the handle of a directory.</summary>
internal sealed class DirectoryHandleCompound : FileCompound
{
    public override string Name => "handle";

    public override int Operations => 1;

    public FileHandle Handle { get; private set; }

    public override void Encode(CompoundCall call, in DirectoryWalk walk, ReadOnlySpan<char> name) => call.Add(default(GetFhOperation));

    public override void Decode(ref CompoundResults results, in DirectoryWalk walk)
    {
        if (results.Next(NfsOpcode.GetFh))
        {
            Handle = GetFhOperation.ReadResult(ref results.Body);
        }
    }
}
