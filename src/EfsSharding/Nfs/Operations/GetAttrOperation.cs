using EfsSharding.Nfs.Xdr;

namespace EfsSharding.Nfs.Operations;

/// <summary>Asks for attributes of the current object; the result is <see cref="NfsAttributes"/>.</summary>
internal readonly struct GetAttrOperation(AttributeMask mask) : INfsOperation
{
    public static NfsOpcode Opcode => NfsOpcode.GetAttr;

    public void Write(XdrWriter writer) => Bitmap.Write(writer, mask);
}
