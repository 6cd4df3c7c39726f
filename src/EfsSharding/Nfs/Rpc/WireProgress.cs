namespace EfsSharding.Nfs.Rpc;

/// <summary>What has moved on a connection between two looks.</summary>
/// <param name="Arriving">The call of whose reply more has come, and not yet all.</param>
/// <param name="DeliveredBefore">How much had been delivered at the look before, when more has been since; else more than there ever is.</param>
internal readonly record struct WireProgress(RpcCall? Arriving, long DeliveredBefore)
{
    /// <summary>Whether more of a request has reached the server.</summary>
    public bool HasDelivered(RpcCall call) => call.SentUpTo > DeliveredBefore;
}
