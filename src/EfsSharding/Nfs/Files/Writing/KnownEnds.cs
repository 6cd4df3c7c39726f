using System.Collections.Concurrent;

namespace EfsSharding.Nfs.Files.Writing;

/// <summary>Ends of files that were appended to, so that the next append needs one round trip. A wrong one costs a second round trip.</summary>
internal sealed class KnownEnds
{
    private const int Most = 16_384;
    private readonly ConcurrentDictionary<string, KnownEnd> _ends = new(StringComparer.Ordinal);

    public KnownEnd? Find(string path) => _ends.GetValueOrDefault(path);

    public void Set(string path, KnownEnd end)
    {
        if (_ends.Count >= Most)
        {
            _ends.Clear();
        }

        _ends[path] = end;
    }

    public void Forget(string path) => _ends.TryRemove(path, out _);
}
