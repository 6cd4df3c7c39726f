namespace EfsSharding.Nfs.Files;

/// <summary>What the parts of a volume have in common.</summary>
internal sealed record NfsVolumeSettings
{
    public required TimeProvider Time { get; init; }

    public required TimeSpan OperationTimeout { get; init; }

    public required UnixFileMode FileMode { get; init; }

    public required int ReadAhead { get; init; }

    public required int WriteBehind { get; init; }

    public required int MaxUncommittedBytes { get; init; }
}
