using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;

namespace EfsSharding.Nfs.Files.Compounds;

/// <summary>The present size of a file by its handle.</summary>
internal sealed class SizeCompound : FileCompound
{
    public override string Name => "size";

    public override int Operations => 1;

    public long Size { get; private set; }

    public override void Encode(CompoundCall call, in DirectoryWalk walk, ReadOnlySpan<char> name) => call.Add(new GetAttrOperation(AttributeMask.Size));

    public override void Decode(ref CompoundResults results, in DirectoryWalk walk)
    {
        if (results.Next(NfsOpcode.GetAttr))
        {
            Size = NfsAttributes.Read(ref results.Body).Size;
        }
    }
}
