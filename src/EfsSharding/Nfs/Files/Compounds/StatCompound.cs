using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;

namespace EfsSharding.Nfs.Files.Compounds;

/// <summary>What a name stands for: LOOKUP, GETFH and GETATTR.</summary>
internal sealed class StatCompound : FileCompound
{
    private const AttributeMask Wanted = AttributeMask.Type | AttributeMask.Size | AttributeMask.FileId | AttributeMask.Links | AttributeMask.MetadataTime | AttributeMask.ModifyTime | AttributeMask.Change;

    public override string Name => "stat";

    public override int Operations => 3;

    public FileHandle Handle { get; private set; }

    public NfsAttributes Attributes { get; private set; }

    public override void Encode(CompoundCall call, in DirectoryWalk walk, ReadOnlySpan<char> name) =>
        call.Add(new LookupOperation(name)).Add(default(GetFhOperation)).Add(new GetAttrOperation(Wanted));

    public override void Decode(ref CompoundResults results, in DirectoryWalk walk)
    {
        if (!results.Next(NfsOpcode.Lookup) || !results.Next(NfsOpcode.GetFh))
        {
            return;
        }

        Handle = GetFhOperation.ReadResult(ref results.Body);
        if (results.Next(NfsOpcode.GetAttr))
        {
            Attributes = NfsAttributes.Read(ref results.Body);
        }
    }
}
