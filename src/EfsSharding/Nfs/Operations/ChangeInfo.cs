using EfsSharding.Nfs.Xdr;

namespace EfsSharding.Nfs.Operations;

/// <summary><c>change_info4</c>: how a directory's change attribute went. Nothing here depends on it.</summary>
internal static class ChangeInfo
{
    public static void Skip(ref XdrReader reader) => reader.Skip(4 + 8 + 8);
}
