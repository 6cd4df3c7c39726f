namespace EfsSharding.TestSupport.Scripted;

/// <summary>A client id (RFC 8881 §18.35).</summary>
internal sealed class PeerClient(ulong id, ulong verifier, string owner)
{
    public ulong Id { get; } = id;

    public ulong Verifier { get; } = verifier;

    public string Owner { get; } = owner;

    public bool Confirmed { get; set; }

    /// <summary>The sequence id of the next CREATE_SESSION.</summary>
    public uint NextSequence { get; set; } = 1;

    /// <summary>The reply to the last CREATE_SESSION, for its retry.</summary>
    public byte[]? CreateSessionReply { get; set; }

    public bool ReclaimComplete { get; set; }

    /// <summary>The lease ran out and the server took the opens: said in sr_status_flags, and EXPIRED for their stateids.</summary>
    public bool Revoked { get; set; }

    public HashSet<string> RevokedStateids { get; } = [];
}
