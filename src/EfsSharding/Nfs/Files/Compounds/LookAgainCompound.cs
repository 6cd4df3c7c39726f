using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Rpc;
using EfsSharding.Nfs.Session;

namespace EfsSharding.Nfs.Files.Compounds;

/// <summary>A compound that found no file, once more, and what state its directory is in.</summary>
internal sealed class LookAgainCompound(FileCompound compound) : FileCompound
{
    public override string Name => compound.Name;

    public override int Operations => compound.Operations + 1;

    public override bool Changes => compound.Changes;

    public override object? Reader => compound.Reader;

    public override bool HadEffect => compound.HadEffect;

    public override bool KeepsReply => compound.KeepsReply;

    /// <summary>The directory's, just before; null when there is none.</summary>
    public NfsAttributes? Directory { get; private set; }

    public override void Encode(CompoundCall call, in DirectoryWalk walk, ReadOnlySpan<char> name)
    {
        call.Add(new GetAttrOperation(AttributeMask.Change | AttributeMask.ModifyTime));
        compound.Encode(call, walk, name);
    }

    public override void Decode(ref CompoundResults results, in DirectoryWalk walk)
    {
        Directory = null;
        if (results.Next(NfsOpcode.GetAttr))
        {
            Directory = NfsAttributes.Read(ref results.Body);
            compound.Decode(ref results, walk);
        }
    }

    public override void Keep(RpcRecord reply) => compound.Keep(reply);
}
