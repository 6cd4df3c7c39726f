namespace EfsSharding.Routing;

/// <summary>Which file systems may hold files of a bucket while others join or drain.</summary>
internal static class BucketHolders
{
    /// <summary>
    /// The ranked file systems down to the first active one: a joining one ahead of it takes the bucket's new files, a draining one
    /// still has old ones, and whatever ranks behind the first active one never had the bucket.
    /// </summary>
    /// <param name="fileSystems">The map's file systems. At least one is not draining; if none is active, each may hold every bucket.</param>
    /// <param name="ranked">Their indexes in the bucket's order.</param>
    /// <returns>Indexes, the one that takes new files first.</returns>
    public static int[] Of(IReadOnlyList<FileSystem> fileSystems, int[] ranked)
    {
        var last = Array.FindIndex(ranked, i => fileSystems[i].State == FileSystemState.Active);
        var holders = last < 0 ? ranked : ranked[..(last + 1)];
        var owner = Array.FindIndex(holders, i => fileSystems[i].State != FileSystemState.Draining);
        return [holders[owner], .. holders[..owner], .. holders[(owner + 1)..]];
    }
}
