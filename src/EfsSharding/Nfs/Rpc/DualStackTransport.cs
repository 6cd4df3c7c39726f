using System.Net;

namespace EfsSharding.Nfs.Rpc;

/// <summary>
/// A server with two addresses: the one that does not connect within a moment is not waited for alone (RFC 8305 §5), and the one that
/// did is asked first from then on.
/// </summary>
internal sealed class DualStackTransport(INfsTransport first, INfsTransport second, TimeProvider time) : INfsTransport
{
    /// <summary>RFC 8305 §8: the recommended Connection Attempt Delay.</summary>
    private static readonly TimeSpan HeadStart = TimeSpan.FromMilliseconds(250);

    private volatile bool _prefersSecond;

    public EndPoint EndPoint => _prefersSecond ? second.EndPoint : first.EndPoint;

    public async ValueTask<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var prefersSecond = _prefersSecond;
        var (one, two) = prefersSecond ? (second, first) : (first, second);
        var attempt = one.ConnectAsync(stop.Token).AsTask();
        await Task.WhenAny(attempt, Task.Delay(HeadStart, time, stop.Token)).ConfigureAwait(false);
        if (attempt.IsCompletedSuccessfully)
        {
            await stop.CancelAsync().ConfigureAwait(false);
            return await attempt.ConfigureAwait(false);
        }

        var other = two.ConnectAsync(stop.Token).AsTask();
        var winner = await Task.WhenAny(attempt, other).ConfigureAwait(false);
        if (!winner.IsCompletedSuccessfully)
        {
            winner = winner == attempt ? other : attempt;
        }

        try
        {
            var stream = await winner.ConfigureAwait(false);
            _prefersSecond = winner == attempt ? prefersSecond : !prefersSecond;
            return stream;
        }
        catch (IOException last) when ((winner == attempt ? other : attempt).Exception?.InnerException is IOException earlier)
        {
            throw new IOException($"{earlier.Message} {last.Message}", last);
        }
        finally
        {
            _ = CloseAsync(winner == attempt ? other : attempt);
            await stop.CancelAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The slower one may connect all the same; its failure is nobody's.</summary>
    private static async Task CloseAsync(Task<Stream> loser)
    {
        await ((Task)loser).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (loser.IsCompletedSuccessfully)
        {
            await (await loser.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
        }
    }
}
