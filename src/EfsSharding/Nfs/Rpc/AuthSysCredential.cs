using EfsSharding.Nfs.Xdr;

namespace EfsSharding.Nfs.Rpc;

/// <summary>Who asks: AUTH_SYS of RFC 5531 appendix A. The server believes it, unless an access point replaces it.</summary>
/// <param name="UserId">The numeric user.</param>
/// <param name="GroupId">The numeric primary group.</param>
/// <param name="Groups">Supplementary groups; the first 16 are sent, which is all that the protocol carries.</param>
internal sealed record AuthSysCredential(uint UserId, uint GroupId, IReadOnlyList<uint> Groups)
{
    public const int MaxGroups = 16;
    private const uint AuthSys = 1;

    /// <summary>Writes the flavour and the body.</summary>
    public void Write(XdrWriter writer, string machineName)
    {
        writer.WriteUInt32(AuthSys);
        var length = writer.Length;
        writer.WriteUInt32(0);
        writer.WriteUInt32(0); // stamp
        writer.WriteString(machineName.Length > 64 ? machineName[..64] : machineName);
        writer.WriteUInt32(UserId);
        writer.WriteUInt32(GroupId);
        var groups = Math.Min(Groups.Count, MaxGroups);
        writer.WriteInt32(groups);
        for (var i = 0; i < groups; i++)
        {
            writer.WriteUInt32(Groups[i]);
        }

        writer.PatchUInt32(length, (uint)(writer.Length - length - 4));
    }
}
