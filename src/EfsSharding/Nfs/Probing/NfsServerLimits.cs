namespace EfsSharding;

/// <summary>What a session was granted: the lesser of what the server offers and what <see cref="DirectNfsOptions"/> asks for.</summary>
public sealed record NfsServerLimits
{
    /// <summary>Operations in one compound, SEQUENCE among them. 16 are asked for, as many as EFS gives.</summary>
    public required int MaxOperations { get; init; }

    /// <summary>Requests in flight on one connection. <see cref="DirectNfsOptions.SlotsPerConnection"/> are asked for.</summary>
    public required int Slots { get; init; }

    /// <summary>The longest request, in bytes, with all headers.</summary>
    public required long MaxRequestBytes { get; init; }

    /// <summary>The longest reply, in bytes, with all headers.</summary>
    public required long MaxResponseBytes { get; init; }

    /// <summary>The longest reply, in bytes, that the server keeps for a retry.</summary>
    public required long MaxCachedResponseBytes { get; init; }

    /// <summary>Bytes that one READ asks for at most.</summary>
    public required int MaxReadBytes { get; init; }

    /// <summary>Bytes that one WRITE carries at most; files up to this size are written in one round trip.</summary>
    public required int MaxWriteBytes { get; init; }

    /// <summary>How long the server keeps a client's state after its last request.</summary>
    public required TimeSpan Lease { get; init; }

    /// <summary>The length of the longest file handle that was seen, in bytes. NFSv4.1 allows 128 (RFC 8881 §3.1).</summary>
    public required int FileHandleBytes { get; init; }
}
