using EfsSharding.Nfs.Xdr;

namespace EfsSharding.Nfs.Operations;

/// <summary>Removes a name of the current directory: a file's, or that of an empty directory.</summary>
internal readonly ref struct RemoveOperation(ReadOnlySpan<char> name) : INfsOperation
{
    private readonly ReadOnlySpan<char> _name = name;

    public static NfsOpcode Opcode => NfsOpcode.Remove;

    public static void ReadResult(ref XdrReader reader) => ChangeInfo.Skip(ref reader);

    public void Write(XdrWriter writer) => writer.WriteString(_name);
}
