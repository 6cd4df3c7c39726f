using System.Text;
using System.Text.Unicode;
using EfsSharding.Volumes;

namespace EfsSharding.Nfs.Files.Compounds;

/// <summary>One page of a directory, with the names in it.</summary>
/// <param name="cookie">Where the page before ended; 0 at the start.</param>
/// <param name="verifier">What came with the cookie.</param>
/// <param name="maxBytes">How large the reply may be.</param>
/// <param name="everyName">Whether hidden names are entries too, and names that are not UTF-8 with their own kind.</param>
internal sealed class ListCompound(ulong cookie, ulong verifier, int maxBytes, bool everyName = false) : ReadDirCompound(cookie, verifier, maxBytes)
{
    public override string Name => "list";

    public List<DirectoryEntry> Entries { get; } = [];

    /// <summary>Temporary names that the entries leave out.</summary>
    public List<string> TemporaryNames { get; } = [];

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
        else if (everyName || !SillyName.Is(name))
        {
            Entries.Add(Utf8.IsValid(name)
                ? new DirectoryEntry(Encoding.UTF8.GetString(name), kind)
                : new DirectoryEntry(NotUtf8Name.Decode(name), everyName ? kind : DirectoryEntryKind.NotUtf8));
        }
    }
}
