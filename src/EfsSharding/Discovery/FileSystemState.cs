namespace EfsSharding;

/// <summary>The part that a file system plays in a shard map.</summary>
public enum FileSystemState
{
    /// <summary>Takes new files and serves its own.</summary>
    Active,

    /// <summary>Takes new files; older files of its buckets may still be on the file system that ranks next.</summary>
    Joining,

    /// <summary>Serves the files that it has and takes no new ones.</summary>
    Draining,
}
