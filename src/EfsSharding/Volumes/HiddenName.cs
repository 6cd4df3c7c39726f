namespace EfsSharding.Volumes;

/// <summary>Names that are neither listed nor counted, and that no store path may have: temporary ones, the directory of lock files, and those of NFS clients for open files that are gone.</summary>
internal static class HiddenName
{
    public static bool Is(ReadOnlySpan<char> name) => TemporaryName.Is(name) || SillyName.Is(name);

    public static bool Is(ReadOnlySpan<byte> utf8Name) => TemporaryName.Is(utf8Name) || SillyName.Is(utf8Name);
}
