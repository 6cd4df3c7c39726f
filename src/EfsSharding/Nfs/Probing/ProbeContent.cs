namespace EfsSharding.Nfs.Probing;

/// <summary>Content that shows its version, and whether any of it is missing or of another version.</summary>
internal static class ProbeContent
{
    private const int Versions = 251;

    /// <param name="version">The version, from 1.</param>
    /// <param name="bytes">About how long; the length differs from version to version.</param>
    public static byte[] Make(int version, int bytes)
    {
        var content = new byte[LengthOf(version, bytes)];
        content.AsSpan().Fill(Mark(version));
        return content;
    }

    /// <summary>Whether it is that version, from its first byte to its last.</summary>
    public static bool Is(ReadOnlySpan<byte> content, int version, int bytes) =>
        content.Length == LengthOf(version, bytes) && !content.ContainsAnyExcept(Mark(version));

    private static int LengthOf(int version, int bytes) => bytes + (version % Versions);

    private static byte Mark(int version) => (byte)(1 + (version % Versions));
}
