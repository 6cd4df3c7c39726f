using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using EfsSharding.Storage;

namespace EfsSharding.Nfs.Files;

/// <summary>One page of a directory, with the names in it.</summary>
/// <param name="cookie">Where the page before ended; 0 at the start.</param>
/// <param name="verifier">What came with the cookie.</param>
/// <param name="maxBytes">How large the reply may be.</param>
/// <param name="everyName">Whether temporary names, and names that are no store paths as they are not UTF-8, are told too.</param>
internal sealed class ListCompound(ulong cookie, ulong verifier, int maxBytes, bool everyName = false) : ReadDirCompound(cookie, verifier, maxBytes)
{
    /// <summary>Begins the stand-in for a name that is not UTF-8: it can be counted and shown, not looked up.</summary>
    public const string NotUtf8 = "\uFFFD";

    public override string Name => "list";

    public List<DirectoryEntry> Entries { get; } = [];

    /// <summary>Temporary names that the entries leave out.</summary>
    public List<string> TemporaryNames { get; } = [];

    /// <summary>A name, or what stands for it.</summary>
    public static string ToText(ReadOnlySpan<byte> name) => Utf8.IsValid(name) ? Encoding.UTF8.GetString(name) : NotUtf8 + Convert.ToHexString(name);

    public override void LeaveOut(HashSet<ulong> told) =>
        Entries.RemoveAll(e => !told.Add(XxHash64.HashToUInt64(MemoryMarshal.AsBytes(e.Name.AsSpan()))));

    protected override void Clear()
    {
        Entries.Clear();
        TemporaryNames.Clear();
    }

    protected override void Take(ReadOnlySpan<byte> name, DirectoryEntryKind kind)
    {
        if (!everyName && TemporaryName.Is(name))
        {
            TemporaryNames.Add(Encoding.UTF8.GetString(name));
        }
        else if (everyName || Utf8.IsValid(name))
        {
            Entries.Add(new DirectoryEntry(ToText(name), kind));
        }
    }
}
