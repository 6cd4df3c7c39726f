using Microsoft.Extensions.FileProviders;

namespace EfsSharding.FileProviders;

/// <summary>A file as it was when it was looked up.</summary>
internal sealed class StoredFileItem(IShardedFileStore store, StoredFileInfo info, string name) : IFileInfo
{
    public bool Exists => true;

    public bool IsDirectory => false;

    public DateTimeOffset LastModified => info.LastModified;

    public long Length => info.Length;

    public string Name => name;

    /// <summary>There may be none, as over direct NFS; and a file that is opened by it is not failed over.</summary>
    public string? PhysicalPath => null;

    /// <exception cref="FileChangedException">The file has another length by now, which callers have sent as Content-Length.</exception>
    public Stream CreateReadStream()
    {
        var stream = store.OpenReadAsync(info.Path).GetAwaiter().GetResult();
        if (stream.Length == info.Length)
        {
            return stream;
        }

        stream.Dispose();
        throw new FileChangedException(info.Path, $"'{info.Path}' was replaced after it was looked up: it had {info.Length} bytes. Look it up again.");
    }
}
