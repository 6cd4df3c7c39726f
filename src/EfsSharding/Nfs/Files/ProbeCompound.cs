using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;

namespace EfsSharding.Nfs.Files;

/// <summary>Asks for the root's change attribute, which no cache can answer.</summary>
internal sealed class ProbeCompound : FileCompound
{
    public override string Name => "probe";

    public override int Operations => 1;

    public override void Encode(CompoundCall call, in DirectoryWalk walk, ReadOnlySpan<char> name) =>
        call.Add(new GetAttrOperation(AttributeMask.Type | AttributeMask.Change));

    public override void Decode(ref CompoundResults results, in DirectoryWalk walk)
    {
        if (results.Next(NfsOpcode.GetAttr))
        {
            NfsAttributes.Read(ref results.Body);
        }
    }
}
