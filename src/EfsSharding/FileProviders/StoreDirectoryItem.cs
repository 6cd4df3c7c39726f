using Microsoft.Extensions.FileProviders;

namespace EfsSharding.FileProviders;

/// <summary>A directory in a listing: it is there as long as there are files below it.</summary>
internal sealed class StoreDirectoryItem(string name) : IFileInfo
{
    public bool Exists => true;

    public bool IsDirectory => true;

    /// <summary>Directories have no time in a store, as they are made and removed with the files below them.</summary>
    public DateTimeOffset LastModified => DateTimeOffset.UnixEpoch;

    public long Length => -1;

    public string Name => name;

    public string? PhysicalPath => null;

    public Stream CreateReadStream() => throw new InvalidOperationException($"'{name}' is a directory.");
}
