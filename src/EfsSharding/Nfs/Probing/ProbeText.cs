using System.Text;

namespace EfsSharding.Nfs.Probing;

/// <summary>Opaque bytes of a server for a person: as text when they are printable ASCII, else hexadecimal.</summary>
internal static class ProbeText
{
    public static string Of(ReadOnlySpan<byte> opaque)
    {
        // Some servers count the terminating zero of a C string.
        var text = opaque.TrimEnd((byte)0);
        return text.IsEmpty || text.ContainsAnyExceptInRange((byte)' ', (byte)'~') ? $"0x{Convert.ToHexStringLower(opaque)}" : Encoding.ASCII.GetString(text);
    }
}
