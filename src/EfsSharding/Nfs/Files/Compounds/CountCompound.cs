using System.Text;
using System.Text.Unicode;
using EfsSharding.Volumes;

namespace EfsSharding.Nfs.Files.Compounds;

/// <summary>One page of a directory, for counting: the files are not named, as each name would cost more than all else about it.</summary>
/// <param name="cookie">Where the page before ended; 0 at the start.</param>
/// <param name="verifier">What came with the cookie.</param>
/// <param name="maxBytes">How large the reply may be.</param>
internal sealed class CountCompound(ulong cookie, ulong verifier, int maxBytes) : ReadDirCompound(cookie, verifier, maxBytes)
{
    private readonly List<ulong> _files = [];

    public override string Name => "list";

    public override bool ContinuesInTurn => true;

    /// <summary>Files that are not hidden, whatever their names are.</summary>
    public int Files => _files.Count;

    /// <summary>The names of directories; those that are not UTF-8 as <see cref="NotUtf8Name"/> has them, which can be listed too.</summary>
    public List<string> Directories { get; } = [];

    public override void LeaveOut(NameHashes seen)
    {
        _files.RemoveAll(hash => !seen.Add(hash));
        Directories.RemoveAll(name => !seen.Add(NameHashes.Of(NotUtf8Name.Encode(name))));
    }

    protected override void Clear()
    {
        _files.Clear();
        Directories.Clear();
    }

    protected override void Take(ReadOnlySpan<byte> name, DirectoryEntryKind kind)
    {
        if (kind == DirectoryEntryKind.Directory && !LockPlace.IsDirectory(name))
        {
            Directories.Add(Utf8.IsValid(name) ? Encoding.UTF8.GetString(name) : NotUtf8Name.Decode(name));
        }
        else if (kind == DirectoryEntryKind.File && !HiddenName.Is(name))
        {
            _files.Add(NameHashes.Of(name));
        }
    }
}
