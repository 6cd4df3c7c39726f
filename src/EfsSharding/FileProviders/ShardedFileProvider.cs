using EfsSharding.FileProviders;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Primitives;

namespace EfsSharding;

/// <summary>
/// Shows a store, or a directory of one, to what reads files through <see cref="IFileProvider"/>, for example <c>UseStaticFiles</c>. The interface is synchronous:
/// each call blocks its thread for a round trip to the server, which needs no other thread to come to its end.
/// </summary>
/// <param name="store">The store; its owner disposes it.</param>
/// <param name="directory">The directory that is the root here: a store path, or empty for all files.</param>
public sealed class ShardedFileProvider(IShardedFileStore store, string directory = "") : IFileProvider
{
    /// <summary>Looks up a file.</summary>
    /// <param name="subpath">Its path, with or without a leading slash. What is no store path is no file.</param>
    /// <returns>What is known of the file at this moment; <see cref="IFileInfo.Exists"/> is false when there is none.</returns>
    /// <exception cref="TargetUnavailableException">No mount target of the path's file system answers.</exception>
    public IFileInfo GetFileInfo(string subpath)
    {
        ArgumentNullException.ThrowIfNull(subpath);
        var name = subpath[(subpath.LastIndexOf('/') + 1)..];
        try
        {
            var info = store.GetInfoAsync(Join(subpath)).GetAwaiter().GetResult();
            return info is null ? new NotFoundFileInfo(name) : new StoredFileItem(store, info, name);
        }
        catch (InvalidStorePathException)
        {
            return new NotFoundFileInfo(name);
        }
    }

    /// <summary>Lists a directory: one level of it, for which everything below is listed. Meant for small directories.</summary>
    /// <param name="subpath">Its path, with or without slashes around it.</param>
    /// <returns>Files and directories; nothing when there is no file below.</returns>
    public IDirectoryContents GetDirectoryContents(string subpath)
    {
        ArgumentNullException.ThrowIfNull(subpath);
        try
        {
            return StoreDirectory.List(store, Join(subpath.TrimEnd('/')));
        }
        catch (InvalidStorePathException)
        {
            return NotFoundDirectoryContents.Singleton;
        }
    }

    /// <summary>Never says that something changed: a file system over NFS tells nobody.</summary>
    /// <param name="filter">Not looked at.</param>
    public IChangeToken Watch(string filter) => NullChangeToken.Singleton;

    private string Join(string subpath)
    {
        var relative = subpath.StartsWith('/') ? subpath[1..] : subpath;
        return directory.Length == 0 ? relative : relative.Length == 0 ? directory : $"{directory}/{relative}";
    }
}
