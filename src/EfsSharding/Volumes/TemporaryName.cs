namespace EfsSharding.Volumes;

/// <summary>Names of files that are being written: in the destination's directory, hidden from listing and counting, swept when old.</summary>
internal static class TemporaryName
{
    public const string Prefix = ".efs-sharding-";

    /// <summary>Temporary files that have not changed for this long belong to no write that is still going on.</summary>
    public static readonly TimeSpan SweepAge = TimeSpan.FromDays(1);

    /// <summary>How often a write whose content is long in coming shows that it is still going on.</summary>
    public static readonly TimeSpan TouchInterval = TimeSpan.FromHours(1);

    /// <summary>A name that no other writer will choose: 128 random bits as 32 hexadecimal digits.</summary>
    public static string Create() => string.Create(Prefix.Length + 32, Guid.NewGuid(), static (name, id) =>
    {
        Prefix.CopyTo(name);
        id.TryFormat(name[Prefix.Length..], out _, "N");
    });

    public static bool Is(ReadOnlySpan<char> name) => name.StartsWith(Prefix, StringComparison.Ordinal);

    public static bool Is(ReadOnlySpan<byte> utf8Name) => utf8Name.StartsWith(".efs-sharding-"u8);
}
