using System.Diagnostics;
using EfsSharding.Nfs.Rpc;

namespace EfsSharding.Nfs.Session;

/// <content>The connection: sending over it, and re-establishing it.</content>
internal sealed partial class NfsSession
{
    private RpcConnection? Transmit_NeedsLock(CompoundCall call)
    {
        Debug.Assert(_gate.IsHeldByCurrentThread, "A slot's request and its connection change together.");
        call.ResendAt = long.MaxValue;
        if (_connection is { } connection && connection.TryEnqueue(call))
        {
            call.ReceivedBefore = connection.Received;
            call.Transmissions++;
            return connection;
        }

        Reconnect_NeedsLock();
        return null;
    }

    private void OnConnectionLost(RpcConnection connection, Exception reason)
    {
        lock (_gate)
        {
            if (_connection != connection)
            {
                return;
            }

            _connection = null;
            _disconnectedAt = _owner.Time.GetTimestamp();
            if (_busy.Any(call => call.State == CallState.InFlight))
            {
                Reconnect_NeedsLock();
            }
        }

        _owner.OnConnectionLost(reason);
    }

    private void Reconnect_NeedsLock()
    {
        if (!_reconnecting)
        {
            _reconnecting = true;
            _disconnectedAt = _owner.Time.GetTimestamp();
            _connection = null;
            _ = Task.Run(ReconnectAsync);
        }
    }

    private async Task ReconnectAsync()
    {
        var delay = ShortestDelay;
        while (true)
        {
            lock (_gate)
            {
                if (_ended is not null || !_busy.Any(call => call.State == CallState.InFlight))
                {
                    _reconnecting = false;
                    return;
                }
            }

            try
            {
                Resume(await _owner.ConnectAsync().ConfigureAwait(false));
                return;
            }
            catch (IOException)
            {
                await Task.Delay(delay, _owner.Time).ConfigureAwait(false);
                delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay;
            }
        }
    }

    private void Resume(RpcConnection connection)
    {
        var resent = 0;
        lock (_gate)
        {
            _reconnecting = false;
            if (_ended is not null)
            {
                connection.Abort();
                return;
            }

            _connection = connection;
            foreach (var call in _busy)
            {
                if (call.State == CallState.Abandoned)
                {
                    call.ReplaceWithProbe();
                }

                Transmit_NeedsLock(call);
                resent++;
            }
        }

        connection.Lost = OnConnectionLost;
        connection.Start();
        connection.Flush();
        _owner.OnReconnected(resent);
    }
}
