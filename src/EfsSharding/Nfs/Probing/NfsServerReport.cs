namespace EfsSharding;

/// <summary>What an NFSv4.1 server said of itself, and what was seen of it.</summary>
public sealed record NfsServerReport
{
    /// <summary>The address and port that were reached, for example <c>10.0.1.100:2049</c>.</summary>
    public required string Address { get; init; }

    /// <summary>The name that the server proved by TLS, or null over plain TCP.</summary>
    public string? ServerName { get; init; }

    /// <summary>The major id of the server's owner (<c>server_owner4</c>): text, or hexadecimal digits behind <c>0x</c>. Equal owners of equal scope are one server.</summary>
    public required string ServerOwner { get; init; }

    /// <summary>Where the server's file handles and client ids mean the same (<c>eir_server_scope</c>): text, or hexadecimal digits behind <c>0x</c>.</summary>
    public required string ServerScope { get; init; }

    /// <summary>What the session was granted.</summary>
    public required NfsServerLimits Limits { get; init; }

    /// <summary>Which short cuts the server takes.</summary>
    public required NfsServerAbilities Abilities { get; init; }

    /// <summary>How long requests took, one entry for each kind.</summary>
    public required IReadOnlyList<NfsRequestLatency> Latencies { get; init; }

    /// <summary>Whether each promise of a store was kept on a scratch directory. Empty when nothing was written.</summary>
    public required IReadOnlyList<NfsPromise> Promises { get; init; }

    /// <summary>Why no scratch file could be written, or null when it could or was not to be.</summary>
    public string? WriteRefusal { get; init; }

    /// <summary>Whether promises were put to the test and all were kept.</summary>
    public bool KeepsEveryPromise => WriteRefusal is null && Promises.Count > 0 && Promises.All(static p => p.IsKept);
}
