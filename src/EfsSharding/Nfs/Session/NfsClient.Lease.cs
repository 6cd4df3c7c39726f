using EfsSharding.Nfs.Diagnostics;

namespace EfsSharding.Nfs.Session;

/// <content>The clock: deadlines while somebody waits, the lease while nobody does, and the end.</content>
internal sealed partial class NfsClient
{
    private void Tick()
    {
        if (_session is not { HasEnded: false } session)
        {
            SweepBeginning();
            return;
        }

        session.Sweep();
        if (session.HasWork)
        {
            _timer.Change(SweepInterval, Timeout.InfiniteTimeSpan);
            return;
        }

        Volatile.Write(ref _sweeping, false);
        var renewal = session.Transfer.Lease / 3;
        if (session.SinceRenewed >= renewal)
        {
            _ = RenewAsync(session);
        }

        _timer.Change(session.HasWork ? SweepInterval : renewal, Timeout.InfiniteTimeSpan);
    }

    private void SweepBeginning()
    {
        if (Volatile.Read(ref _beginning) is not { HasEnded: false } session)
        {
            Volatile.Write(ref _sweeping, false);
            return;
        }

        session.Sweep();
        _timer.Change(SweepInterval, Timeout.InfiniteTimeSpan);
    }

    private async Task RenewAsync(NfsSession session)
    {
        try
        {
            var deadline = Deadline.After(Time, _settings.ConnectTimeout);
            using var call = await session.AcquireAsync(deadline, _disposing.Token).ConfigureAwait(false);
            call.Begin(changes: false);
            await call.SendAsync(deadline, _disposing.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException or ObjectDisposedException)
        {
            NfsLog.LeaseNotRenewed(_logger, _transport.EndPoint, failure.Message);
        }
    }

    private async Task LeaveAsync(NfsSession session)
    {
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1), Time);
            await session.LeaveAsync(_establisher, limit.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException)
        {
            NfsLog.NotLeft(_logger, _transport.EndPoint, failure.Message);
        }
    }
}
