using System.Collections.Concurrent;
using EfsSharding.Nfs.Diagnostics;
using Microsoft.Extensions.Logging;

namespace EfsSharding.Nfs.Files;

/// <summary>Clearing up that no caller waits for. Disposing waits for it.</summary>
internal sealed class NfsBackground(ILogger logger) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<Task, bool> _running = [];
    private readonly CancellationTokenSource _closing = new();

    public void Run(Func<CancellationToken, Task> work)
    {
        var task = RunAsync(work);
        if (!task.IsCompleted)
        {
            _running[task] = true;
            _ = task.ContinueWith(static (done, running) => ((ConcurrentDictionary<Task, bool>)running!).TryRemove(done, out _), _running, TaskScheduler.Default);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_running.Keys).ConfigureAwait(false);
        _closing.Dispose();
    }

    private async Task RunAsync(Func<CancellationToken, Task> work)
    {
        try
        {
            await work(_closing.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException or UnauthorizedAccessException or ObjectDisposedException)
        {
            NfsLog.NotClearedUp(logger, failure.Message);
        }
    }
}
