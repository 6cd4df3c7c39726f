using System.Globalization;

namespace EfsSharding.Volumes.Directories.Managed;

/// <summary>
/// The names of one directory as the runtime shows them: bytes that are not UTF-8 have become U+FFFD, so that such a name leads
/// nowhere, or to a file that is really called so.
/// </summary>
internal sealed class ManagedNames
{
    private const char Replacement = '\uFFFD';
    private HashSet<string>? _replaced;
    private int _notUtf8;

    /// <returns>What is really there; null when its name is not UTF-8.</returns>
    public FileSystemInfo? Find(FileSystemInfo entry)
    {
        if (!entry.Name.Contains(Replacement, StringComparison.Ordinal))
        {
            return HasUnpairedSurrogate(entry.Name) ? null : entry;
        }

        // New ones, as this one knows what the listing said.
        FileSystemInfo found = Directory.Exists(entry.FullName) ? new DirectoryInfo(entry.FullName) : new FileInfo(entry.FullName);
        return (found.Exists || found.LinkTarget is not null) && (_replaced ??= new(StringComparer.Ordinal)).Add(entry.Name) ? found : null;
    }

    /// <summary>What stands for such a name in a listing; several look alike, so that a number tells them apart.</summary>
    public string StandIn(string name) =>
        string.Create(CultureInfo.InvariantCulture, $"{NotUtf8Name.Decode([0xFF])}{name}#{_notUtf8++}");

    private static bool HasUnpairedSurrogate(string name)
    {
        for (var i = 0; i < name.Length; i++)
        {
            if (char.IsSurrogate(name[i]) && !(i + 1 < name.Length && char.IsSurrogatePair(name[i], name[++i])))
            {
                return true;
            }
        }

        return false;
    }
}
