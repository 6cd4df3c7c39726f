using EfsSharding.Nfs.Xdr;

namespace EfsSharding.Nfs.Operations;

/// <summary>Goes from the current directory to one of its names. A symbolic link is not followed.</summary>
internal readonly ref struct LookupOperation(ReadOnlySpan<char> name) : INfsOperation
{
    private readonly ReadOnlySpan<char> _name = name;

    public static NfsOpcode Opcode => NfsOpcode.Lookup;

    public void Write(XdrWriter writer) => writer.WriteString(_name);
}
