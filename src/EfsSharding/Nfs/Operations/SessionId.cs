using EfsSharding.Nfs.Xdr;

namespace EfsSharding.Nfs.Operations;

/// <summary>Sixteen bytes that name a session.</summary>
internal readonly record struct SessionId(ulong High, ulong Low)
{
    public static SessionId Read(ref XdrReader reader) => new(reader.ReadUInt64(), reader.ReadUInt64());

    public void Write(XdrWriter writer)
    {
        writer.WriteUInt64(High);
        writer.WriteUInt64(Low);
    }

    public override string ToString() => $"{High:x16}{Low:x16}";
}
