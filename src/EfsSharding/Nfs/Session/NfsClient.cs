using EfsSharding.Nfs.Diagnostics;
using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Rpc;
using EfsSharding.Volumes;
using Microsoft.Extensions.Logging;

namespace EfsSharding.Nfs.Session;

/// <summary>
/// One client owner with its session and connection. It makes the session when the first call needs it, makes a new one when
/// the server has forgotten it, and keeps the lease while nobody calls.
/// </summary>
internal sealed partial class NfsClient : INfsSessionOwner, IAsyncDisposable
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromMilliseconds(100);
    private readonly INfsTransport _transport;
    private readonly NfsClientSettings _settings;
    private readonly NfsMetrics _metrics;
    private readonly ILogger _logger;
    private readonly SessionEstablisher _establisher;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _disposing = new();
    private NfsSession? _session;
    private NfsSession? _former;
    private NfsSession? _beginning;
    private Task<NfsSession>? _establishing;
    private bool _sweeping;
    private uint _xid = (uint)Random.Shared.Next();

    public NfsClient(INfsTransport transport, NfsClientSettings settings, TimeProvider time, NfsMetrics metrics, ILogger logger)
    {
        _transport = transport;
        _settings = settings;
        _metrics = metrics;
        _logger = logger;
        Time = time;
        _establisher = new SessionEstablisher(settings, this);
        _timer = time.CreateTimer(static client => ((NfsClient)client!).Tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public TimeProvider Time { get; }

    public TimeSpan ReconnectTimeout => _settings.ReconnectTimeout;

    public ReadOnlyMemory<byte> CallHeader => _settings.CallHeader;

    /// <summary>What the server said of itself, once there was a session.</summary>
    public ExchangeIdResult? Server => _establisher.Server;

    /// <summary>Requests in flight, for choosing among clients.</summary>
    public int Busy => _session?.Busy ?? 0;

    public uint NextXid() => Interlocked.Increment(ref _xid);

    /// <summary>Waits for a session and for one of its slots.</summary>
    /// <exception cref="TargetFaultException">There is no session or slot before the deadline; nothing was sent.</exception>
    public async ValueTask<CompoundCall> AcquireAsync(Deadline deadline, CancellationToken cancellationToken)
    {
        while (true)
        {
            var session = await GetSessionAsync(deadline, cancellationToken).ConfigureAwait(false);
            try
            {
                return await session.AcquireAsync(deadline, cancellationToken).ConfigureAwait(false);
            }
            catch (SessionLostException) when (!deadline.IsOver)
            {
            }
        }
    }

    /// <summary>The session in use, or a new one.</summary>
    public ValueTask<NfsSession> GetSessionAsync(Deadline deadline, CancellationToken cancellationToken) =>
        _session is { HasEnded: false } session ? new ValueTask<NfsSession>(session) : WaitForSessionAsync(deadline, cancellationToken);

    public async Task<RpcConnection> ConnectAsync()
    {
        using var limit = new CancellationTokenSource(_settings.ConnectTimeout, Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _disposing.Token);
        try
        {
            var stream = await _transport.ConnectAsync(both.Token).ConfigureAwait(false);
            return new RpcConnection(stream, _settings.MaxReadBytes + (2 * SessionEstablisher.CompoundOverhead), _settings.HasOneProcessor);
        }
        catch (OperationCanceledException late) when (!_disposing.IsCancellationRequested)
        {
            throw new IOException($"{_transport.EndPoint} did not take a connection within {_settings.ConnectTimeout.TotalSeconds:0.###} s.", late);
        }
        catch (OperationCanceledException closed)
        {
            throw new IOException("The volume is being closed.", closed);
        }
    }

    public void OnBusy()
    {
        if (!Volatile.Read(ref _sweeping))
        {
            Volatile.Write(ref _sweeping, true);
            _timer.Change(SweepInterval, Timeout.InfiniteTimeSpan);
        }
    }

    public void OnBeginning(NfsSession session) => Volatile.Write(ref _beginning, session);

    public void OnSlotsTaken(int change) => _metrics.SlotsTaken(change);

    public void OnConnectionLost(Exception reason) => NfsLog.ConnectionLost(_logger, _transport.EndPoint, reason.Message);

    public void OnReconnected(int callsResent)
    {
        _metrics.Reconnected();
        NfsLog.Reconnected(_logger, _transport.EndPoint, callsResent);
    }

    public void OnEnded(NfsSession session, string reason, bool stateLost)
    {
        lock (_gate)
        {
            if (_session == session)
            {
                _session = null;
                _former = session;
            }
        }

        if (stateLost)
        {
            _establisher.Forget();
        }

        NfsLog.SessionEnded(_logger, _transport.EndPoint, reason);
    }

    public async ValueTask DisposeAsync()
    {
        NfsSession? session;
        lock (_gate)
        {
            session = _session;
        }

        if (session is { HasEnded: false })
        {
            await LeaveAsync(session).ConfigureAwait(false);
            session.End("the volume is being closed");
        }

        await _disposing.CancelAsync().ConfigureAwait(false);
        await _timer.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask<NfsSession> WaitForSessionAsync(Deadline deadline, CancellationToken cancellationToken)
    {
        Task<NfsSession> establishing;
        lock (_gate)
        {
            if (_session is { HasEnded: false } session)
            {
                return session;
            }

            ObjectDisposedException.ThrowIf(_disposing.IsCancellationRequested, this);
            if (_establishing is null)
            {
                var former = _former;
                _establishing = Task.Run(() => EstablishAsync(former), CancellationToken.None);
            }

            establishing = _establishing;
        }

        try
        {
            var remaining = deadline.Remaining;
            return await establishing.WaitAsync(remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero, Time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or TimeoutException)
        {
            throw new TargetFaultException($"No NFS session with {_transport.EndPoint}: {failure.Message}", mayTakeEffect: false, failure);
        }
    }

    private async Task<NfsSession> EstablishAsync(NfsSession? former)
    {
        var started = Time.GetTimestamp();
        var delay = TimeSpan.FromMilliseconds(20);
        while (true)
        {
            try
            {
                using var limit = new CancellationTokenSource(_settings.ConnectTimeout, Time);
                var session = await _establisher.EstablishAsync(former, limit.Token).ConfigureAwait(false);
                lock (_gate)
                {
                    (_session, _former, _establishing, _beginning) = (session, null, null, null);
                }

                Report(session, former is not null);
                OnBusy();
                return session;
            }
            catch (Exception failure) when (failure is IOException or OperationCanceledException)
            {
                if (_disposing.IsCancellationRequested || failure is NfsException { Status: NfsStatus.MinorVersMismatch } || Time.GetElapsedTime(started) > ReconnectTimeout)
                {
                    lock (_gate)
                    {
                        _establishing = null;
                    }

                    throw failure is OperationCanceledException ? new IOException("It did not answer in time.", failure) : failure;
                }
            }

            await Task.Delay(delay, Time).ConfigureAwait(false);
            delay = TimeSpan.FromTicks(Math.Min(delay.Ticks * 2, TimeSpan.TicksPerSecond / 2));
        }
    }

    private void Report(NfsSession session, bool recovered)
    {
        if (recovered)
        {
            _metrics.SessionRecovered();
        }

        var limits = session.Limits;
        NfsLog.SessionMade(
            _logger, _transport.EndPoint, session.Id, limits.MaxRequests, limits.MaxOperations,
            session.Transfer.MaxReadBytes, session.Transfer.MaxWriteBytes, session.Transfer.Lease);
    }
}
