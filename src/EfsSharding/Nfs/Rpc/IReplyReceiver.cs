namespace EfsSharding.Nfs.Rpc;

/// <summary>Waits for the replies of one connection and runs the callers that they are for.</summary>
internal interface IReplyReceiver
{
    /// <summary>Begins to receive, until the stream ends; <see cref="RpcConnection.End"/> is called then.</summary>
    void Start();

    /// <summary>A call was sent by the present thread: its reply must be waited for from now on.</summary>
    void OnSent();

    /// <summary>Is called every so often while replies are outstanding: repairs the case that a caller blocks the thread that should receive.</summary>
    void Sweep();

    /// <summary>Another thread receives from now on: the caller that runs on the receiving thread may block.</summary>
    void PromoteFollower();
}
