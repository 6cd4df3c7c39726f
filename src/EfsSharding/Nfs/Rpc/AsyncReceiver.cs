using System.Diagnostics.CodeAnalysis;

namespace EfsSharding.Nfs.Rpc;

/// <summary>
/// Receives asynchronously, for streams that cannot block (TLS). The next read is begun before a caller runs on the thread that got the
/// reply, so that no caller can hold up receiving.
/// </summary>
internal sealed class AsyncReceiver(RpcConnection connection, RecordReader records, CancellationToken closing) : IReplyReceiver
{
    public void Start() => _ = ReceiveAsync(records.ReadAsync(closing));

    public void OnSent()
    {
        // A read is always under way.
    }

    public void Sweep()
    {
        // As above: nothing can hold it up.
    }

    public void PromoteFollower()
    {
        // As above.
    }

    /// <summary>
    /// Takes records until the server pauses. Then the wait for the next one goes on by itself, and the caller of the last one runs
    /// here: waking another thread for it costs more than a small reply does.
    /// </summary>
    [SuppressMessage("Reliability", "CA2012", Justification = "Each is awaited once, in the call that it is given to.")]
    private async Task ReceiveAsync(ValueTask<RpcRecord> reading)
    {
        for (var isFirst = true; ; isFirst = false)
        {
            RpcRecord record;
            try
            {
                // What started this has a reply to deliver yet: the next one must not run before it, on the same stack.
                record = isFirst
                    ? await reading.AsTask().ConfigureAwait(ConfigureAwaitOptions.ForceYielding)
                    : await reading.ConfigureAwait(false);
                if (record.IsEmpty)
                {
                    throw new EndOfStreamException("The server closed the connection.");
                }
            }
            catch (Exception failure) when (failure is IOException or OperationCanceledException or ObjectDisposedException)
            {
                connection.End(failure);
                return;
            }

            reading = records.ReadAsync(closing);
            var isLast = !reading.IsCompleted;
            if (connection.Match(record) is { } call)
            {
                if (isLast && !call.ContinuesInTurn)
                {
                    connection.Uncork();
                    _ = ReceiveAsync(reading);
                    connection.Deliver(call, record, runsHere: true);
                    return;
                }

                connection.DeliverInTurn(call, record);
            }

            if (isLast)
            {
                connection.Uncork();
            }
        }
    }
}
