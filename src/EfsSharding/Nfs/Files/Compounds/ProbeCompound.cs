using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;

namespace EfsSharding.Nfs.Files.Compounds;

/// <summary>Asks for the root's change attribute, which no cache can answer, and whether the server does VERIFY, if that is wanted.</summary>
internal sealed class ProbeCompound(bool verifies) : FileCompound
{
    public override string Name => "probe";

    public override int Operations => verifies ? 2 : 1;

    /// <summary>The root is there. What VERIFY said does not change that.</summary>
    public bool IsAnswered => Status == NfsStatus.Ok || FailedOperation == NfsOpcode.Verify;

    /// <summary>Whether the server does VERIFY; null when it was not asked or its answer says neither.</summary>
    public bool? Verified { get; private set; }

    public override void Encode(CompoundCall call, in DirectoryWalk walk, ReadOnlySpan<char> name)
    {
        call.Add(new GetAttrOperation(AttributeMask.Type | AttributeMask.Change));
        if (verifies)
        {
            call.Add(new VerifyOperation(NfsFileType.Directory, null));
        }
    }

    public override void Decode(ref CompoundResults results, in DirectoryWalk walk)
    {
        if (!results.Next(NfsOpcode.GetAttr))
        {
            return;
        }

        NfsAttributes.Read(ref results.Body);
        if (verifies)
        {
            Verified = results.Next(NfsOpcode.Verify) ? true : ServerAbilities.IsVerifyRefusal(results.Status) ? false : null;
        }
    }
}
