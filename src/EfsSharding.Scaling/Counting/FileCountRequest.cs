namespace EfsSharding.Scaling;

/// <summary>What to count, and how far.</summary>
public sealed record FileCountRequest
{
    /// <summary>The directory to start from: on this machine, or on the file system when its files are counted over direct NFS.</summary>
    public required string Directory { get; init; }

    /// <summary>A number of files, above 0, from which on the exact count does not matter: counting stops soon after it is reached.</summary>
    /// <value>Null: exact.</value>
    public long? UpTo { get; init; }

    /// <summary>How long counting may take. A file system that does not answer at all does not make it longer.</summary>
    /// <value>Null: as long as it takes.</value>
    public TimeSpan? TimeLimit { get; init; }
}
