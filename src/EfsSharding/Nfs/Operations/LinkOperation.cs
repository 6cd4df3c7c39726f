using EfsSharding.Nfs.Xdr;

namespace EfsSharding.Nfs.Operations;

/// <summary>Gives the saved file another name, in the current directory; EXIST when the name is taken.</summary>
internal readonly ref struct LinkOperation(ReadOnlySpan<char> newName) : INfsOperation
{
    private readonly ReadOnlySpan<char> _newName = newName;

    public static NfsOpcode Opcode => NfsOpcode.Link;

    public static void ReadResult(ref XdrReader reader) => ChangeInfo.Skip(ref reader);

    public void Write(XdrWriter writer) => writer.WriteString(_newName);
}
