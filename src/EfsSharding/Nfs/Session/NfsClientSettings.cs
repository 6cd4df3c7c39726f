namespace EfsSharding.Nfs.Session;

/// <summary>What every client of one target has in common.</summary>
internal sealed record NfsClientSettings
{
    /// <summary>See <see cref="CompoundEncoder.EncodeHeader"/>.</summary>
    public required ReadOnlyMemory<byte> CallHeader { get; init; }

    public required int MaxReadBytes { get; init; }

    public required int MaxWriteBytes { get; init; }

    /// <summary>Slots to ask for.</summary>
    public required int Slots { get; init; }

    public required TimeSpan ReconnectTimeout { get; init; }

    /// <summary>The runtime sees one processor: one core, or a quota of one.</summary>
    public required bool HasOneProcessor { get; init; }

    /// <summary>How long one step of making a connection or session may take.</summary>
    public required TimeSpan ConnectTimeout { get; init; }
}
