using EfsSharding.Nfs.Xdr;

namespace EfsSharding.Nfs.Operations;

/// <summary>One operation of a compound: its number and its arguments.</summary>
internal interface INfsOperation
{
    static abstract NfsOpcode Opcode { get; }

    /// <summary>Writes the arguments.</summary>
    void Write(XdrWriter writer);
}
