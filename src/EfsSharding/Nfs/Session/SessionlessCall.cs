using System.Diagnostics.CodeAnalysis;
using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Rpc;

namespace EfsSharding.Nfs.Session;

/// <summary>A compound of one operation outside any session: EXCHANGE_ID, CREATE_SESSION and their opposites go alone.</summary>
[SuppressMessage("Reliability", "CA1001", Justification = "The last hold that is released disposes the encoder.")]
internal sealed class SessionlessCall : RpcCall
{
    private readonly TaskCompletionSource<RpcRecord> _reply = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CompoundEncoder _encoder;

    public SessionlessCall(uint xid, ReadOnlyMemory<byte> callHeader)
    {
        Xid = xid;
        _encoder = new CompoundEncoder(callHeader);
        _encoder.Begin();
        AddReference();
    }

    public override ReadOnlyMemory<byte> Record => _encoder.Record;

    public void Add<TOperation>(in TOperation operation)
        where TOperation : struct, INfsOperation, allows ref struct => _encoder.Add(operation);

    public async Task<RpcRecord> SendAsync(RpcConnection connection, CancellationToken cancellationToken)
    {
        _encoder.End(Xid);
        if (!connection.TryEnqueue(this))
        {
            throw new IOException($"The connection ended before the client was known to the server. {connection.EndedBy?.Message}".TrimEnd(), connection.EndedBy);
        }

        connection.Flush();
        connection.PromoteFollower();
        try
        {
            return await _reply.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Release();
        }
    }

    public override void OnReply(RpcRecord reply, bool runsHere)
    {
        if (!_reply.TrySetResult(reply))
        {
            reply.Dispose();
        }
    }

    public override void OnConnectionLost(Exception reason) =>
        _reply.TrySetException(new IOException($"The connection ended: {reason.Message}", reason));

    protected override void OnReleased() => _encoder.Dispose();
}
