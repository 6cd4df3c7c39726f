namespace EfsSharding.TestSupport.Scripted;

/// <summary>stateid4 (RFC 8881 §8.2): a sequence number and twelve bytes, here as hexadecimal text so that values compare.</summary>
internal readonly record struct Stateid(uint Sequence, string Other)
{
    private const string Zeros = "000000000000000000000000";

    public static Stateid Anonymous => new(0, Zeros);

    public static Stateid Current => new(1, Zeros);

    public static Stateid Bypass => new(uint.MaxValue, "FFFFFFFFFFFFFFFFFFFFFFFF");

    public static Stateid Read(ref PeerReader reader) => new(reader.UInt32(), Convert.ToHexString(reader.Fixed(12)));

    public void Write(PeerWriter writer) => writer.UInt32(Sequence).Fixed(Convert.FromHexString(Other));
}
