namespace EfsSharding.Routing;

/// <summary>Which file systems a newer map no longer looks in for buckets that the map in use has there, so that their files would seem to be gone.</summary>
internal sealed record HiddenFiles
{
    /// <summary>File systems that take the new files of a bucket now and would not be looked in for it.</summary>
    public required IReadOnlyCollection<string> OfOwners { get; init; }

    /// <summary>File systems that may still have older files of a bucket and would not be looked in for it: right once these were moved, which a map does not say.</summary>
    public required IReadOnlyCollection<string> OfOlderHolders { get; init; }

    /// <summary>How many buckets lose the file system that takes their new files.</summary>
    public required int Buckets { get; init; }

    public static HiddenFiles Between(ShardMap inUse, ShardMap next)
    {
        var owners = new SortedSet<string>(StringComparer.Ordinal);
        var others = new SortedSet<string>(StringComparer.Ordinal);
        var buckets = 0;
        if (!inUse.FileSystems.SequenceEqual(next.FileSystems))
        {
            var (before, after) = (Rank(inUse), Rank(next));
            for (var bucket = 0; bucket < PathHash.BucketCount; bucket++)
            {
                string[] present = Holders(inUse, before, bucket);
                string[] lost = [.. present.Except(Holders(next, after, bucket), StringComparer.Ordinal)];
                if (lost.Contains(present[0]))
                {
                    owners.Add(present[0]);
                    buckets++;
                }

                others.UnionWith(lost.Where(id => id != present[0]));
            }
        }

        return new HiddenFiles { OfOwners = owners, OfOlderHolders = others, Buckets = buckets };
    }

    private static RendezvousRank Rank(ShardMap map) => new(map.FileSystems.Select((f, i) => new Candidate(f.FileSystemId, f.Weight, i)));

    private static string[] Holders(ShardMap map, RendezvousRank rank, int bucket) =>
        Array.ConvertAll(BucketHolders.Of(map.FileSystems, rank.Of(bucket)), i => map.FileSystems[i].FileSystemId);
}
