using EfsSharding.Volumes;

namespace EfsSharding.Nfs.Files.Reading;

/// <summary>A file whose first bytes have been read.</summary>
/// <param name="File">Where the rest is, or null when the first bytes are everything.</param>
/// <param name="First">The first bytes.</param>
/// <param name="Version">The file at that moment.</param>
internal sealed record BegunRead(NfsOpenFile? File, byte[] First, FileVersion Version)
{
    /// <summary>The length at that moment. What is complete is as long as what came: a file may grow between the server's answers to one compound.</summary>
    public long Length => File is null ? First.Length : Version.Size;
}
