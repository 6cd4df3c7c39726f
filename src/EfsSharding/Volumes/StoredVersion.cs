using System.Buffers.Text;
using System.Globalization;

namespace EfsSharding.Volumes;

/// <summary>
/// Which file, and which state of it, in a text that callers keep: the file's id, NFS's change attribute or the time of the last status change, its size, and its
/// handle, as servers give the id of a removed file to the next one. A version that was had over a kernel mount is none over direct NFS.
/// </summary>
/// <param name="File">Id, change and size.</param>
/// <param name="Handle">What the file is called for as long as it exists; empty where nobody tells.</param>
internal readonly record struct StoredVersion(FileVersion File, ReadOnlyMemory<byte> Handle)
{
    public bool Equals(StoredVersion other) => File == other.File && Handle.Span.SequenceEqual(other.Handle.Span);

    public override int GetHashCode() => File.GetHashCode();

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{File.FileId:x}-{File.Change:x}-{File.Size:x}-{Base64Url.EncodeToString(Handle.Span)}");

    /// <exception cref="ArgumentException">It is no version.</exception>
    public static StoredVersion Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out var version) ? version : throw new ArgumentException($"'{text}' is no version that a store gave.", nameof(text));
    }

    private static bool TryParse(string text, out StoredVersion version)
    {
        version = default;
        var parts = text.Split('-', 4);
        if (parts.Length != 4
            || !ulong.TryParse(parts[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id)
            || !ulong.TryParse(parts[1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var change)
            || !long.TryParse(parts[2], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var size)
            || !Base64Url.IsValid(parts[3]))
        {
            return false;
        }

        version = new StoredVersion(new FileVersion(id, change, size), Base64Url.DecodeFromChars(parts[3]));
        return true;
    }
}
