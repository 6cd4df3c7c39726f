namespace EfsSharding.Volumes;

/// <summary>
/// Names that NFS clients give to files that were deleted or replaced while somebody had them open ("silly rename"): <c>.nfs</c> and
/// hexadecimal digits, 24 of them on Linux. The client removes such a file with its last close; until then nobody should see it.
/// </summary>
internal static class SillyName
{
    public const string Prefix = ".nfs";

    /// <summary>Shorter ones are taken for names that somebody chose, such as <c>.nfsd</c>; old clients use four digits.</summary>
    public const int LeastDigits = 4;

    public static bool Is(ReadOnlySpan<char> name)
    {
        if (name.Length < Prefix.Length + LeastDigits || !name.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return false;
        }

        foreach (var character in name[Prefix.Length..])
        {
            if (!char.IsAsciiHexDigit(character))
            {
                return false;
            }
        }

        return true;
    }

    public static bool Is(ReadOnlySpan<byte> utf8Name)
    {
        if (utf8Name.Length < Prefix.Length + LeastDigits || !utf8Name.StartsWith(".nfs"u8))
        {
            return false;
        }

        foreach (var character in utf8Name[Prefix.Length..])
        {
            if (!char.IsAsciiHexDigit((char)character))
            {
                return false;
            }
        }

        return true;
    }
}
