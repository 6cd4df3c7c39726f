namespace EfsSharding.Nfs.Rpc;

/// <summary>
/// A call that a connection sends and matches a reply to. It is held by everybody who may still touch its bytes (the caller, the
/// connection that sends it, the reply that is awaited) and comes to an end when the last of them lets go.
/// </summary>
internal abstract class RpcCall
{
    private int _references;

    public uint Xid { get; protected set; }

    /// <summary>The record to send, with its mark.</summary>
    public abstract ReadOnlyMemory<byte> Record { get; }

    /// <summary>
    /// The continuation is library code that does not block, so it may run inline on the receive thread: it then costs no change of
    /// threads, and what it sends leaves together with what the others send.
    /// </summary>
    public bool ContinuesInTurn { get; protected set; }

    /// <summary>Who waits for the call, when one waits for several at a time; null: nobody but the one who sent it.</summary>
    public object? Reader { get; protected set; }

    /// <summary>How much its connection has taken when it has taken all of this call (<see cref="IWire.Written"/>); more than that will ever be, until then.</summary>
    public long SentUpTo { get; set; }

    /// <summary>The reply arrived; the call owns the record from here on.</summary>
    /// <param name="reply">The record.</param>
    /// <param name="runsHere">The continuation may run on this thread; nothing waits for it to come back.</param>
    public abstract void OnReply(RpcRecord reply, bool runsHere);

    /// <summary>The connection ended first.</summary>
    public abstract void OnConnectionLost(Exception reason);

    public void AddReference() => Interlocked.Increment(ref _references);

    public void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0)
        {
            OnReleased();
        }
    }

    /// <summary>Nobody touches the call any more.</summary>
    protected abstract void OnReleased();
}
