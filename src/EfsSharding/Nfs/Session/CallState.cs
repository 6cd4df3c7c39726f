namespace EfsSharding.Nfs.Session;

/// <summary>Where the request of a slot is.</summary>
internal enum CallState
{
    /// <summary>Nobody uses the slot, or its caller is still encoding.</summary>
    Idle,

    /// <summary>The caller waits for the reply.</summary>
    InFlight,

    /// <summary>The caller has gone; the slot stays taken until the server has said that its sequence is used up.</summary>
    Abandoned,

    /// <summary>The reply is there.</summary>
    Replied,

    /// <summary>The session ended.</summary>
    Lost,
}
