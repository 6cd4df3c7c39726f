using System.Collections;
using Microsoft.Extensions.FileProviders;

namespace EfsSharding.FileProviders;

/// <summary>One level of a directory.</summary>
internal sealed class StoreDirectory(List<IFileInfo> items) : IDirectoryContents
{
    public bool Exists => items.Count > 0;

    public static IDirectoryContents List(IShardedFileStore store, string directory)
    {
        var items = new List<IFileInfo>();
        var directories = new HashSet<string>(StringComparer.Ordinal);
        var prefix = directory.Length == 0 ? 0 : directory.Length + 1;
        foreach (var path in store.EnumerateAsync(directory).ToBlockingEnumerable())
        {
            var slash = path.IndexOf('/', prefix);
            if (slash >= 0)
            {
                if (directories.Add(path[prefix..slash]))
                {
                    items.Add(new StoreDirectoryItem(path[prefix..slash]));
                }
            }
            else if (store.GetInfoAsync(path).GetAwaiter().GetResult() is { } info)
            {
                items.Add(new StoredFileItem(store, info, path[prefix..]));
            }
        }

        return items.Count == 0 ? NotFoundDirectoryContents.Singleton : new StoreDirectory(items);
    }

    public IEnumerator<IFileInfo> GetEnumerator() => items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
