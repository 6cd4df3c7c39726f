using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Worker.Connections;

/// <summary>A listener that accepts once there is a place.</summary>
internal sealed partial class BoundedListener(IConnectionListener listener, SemaphoreSlim places, int limit, ILogger logger) : IConnectionListener
{
    private readonly CancellationTokenSource _closing = new();
    private bool _isFull;

    public EndPoint EndPoint => listener.EndPoint;

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        if (!await TakePlaceAsync(cancellationToken))
        {
            return null;
        }

        ConnectionContext? connection = null;
        try
        {
            connection = await listener.AcceptAsync(cancellationToken);
            return connection is null ? null : new BoundedConnection(connection, places);
        }
        finally
        {
            if (connection is null)
            {
                places.Release();
            }
        }
    }

    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        await _closing.CancelAsync();
        await listener.UnbindAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await listener.DisposeAsync();
        _closing.Dispose();
    }

    private async Task<bool> TakePlaceAsync(CancellationToken cancellationToken)
    {
        if (places.Wait(0, CancellationToken.None))
        {
            _isFull = false;
            return true;
        }

        if (!_isFull)
        {
            _isFull = true;
            LogFull(logger, limit);
        }

        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
            await places.WaitAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    [LoggerMessage(3010, LogLevel.Warning, "All {Limit} connections are taken; more wait to be accepted. Worker__MaxConnections or the limit of open files (ulimit -n, nofile) allows more.", EventName = "ConnectionsWait")]
    private static partial void LogFull(ILogger logger, int limit);
}
