using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;

namespace EfsSharding.Nfs.Files.Compounds;

/// <summary>Which file a handle leads to and in which state, and how many names it has.</summary>
internal sealed class VersionCompound : FileCompound
{
    public override string Name => "version";

    public override int Operations => 1;

    public NfsAttributes Attributes { get; private set; }

    public override void Encode(CompoundCall call, in DirectoryWalk walk, ReadOnlySpan<char> name) => call.Add(
        new GetAttrOperation(AttributeMask.Change | AttributeMask.Size | AttributeMask.FileId | AttributeMask.Links | AttributeMask.ModifyTime));

    public override void Decode(ref CompoundResults results, in DirectoryWalk walk)
    {
        if (results.Next(NfsOpcode.GetAttr))
        {
            Attributes = NfsAttributes.Read(ref results.Body);
        }
    }
}
