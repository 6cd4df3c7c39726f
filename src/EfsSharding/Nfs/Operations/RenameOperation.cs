using EfsSharding.Nfs.Xdr;

namespace EfsSharding.Nfs.Operations;

/// <summary>Renames from the saved directory to the current one, replacing what is there.</summary>
internal readonly ref struct RenameOperation(ReadOnlySpan<char> oldName, ReadOnlySpan<char> newName) : INfsOperation
{
    private readonly ReadOnlySpan<char> _oldName = oldName;
    private readonly ReadOnlySpan<char> _newName = newName;

    public static NfsOpcode Opcode => NfsOpcode.Rename;

    public static void ReadResult(ref XdrReader reader)
    {
        ChangeInfo.Skip(ref reader);
        ChangeInfo.Skip(ref reader);
    }

    public void Write(XdrWriter writer)
    {
        writer.WriteString(_oldName);
        writer.WriteString(_newName);
    }
}
