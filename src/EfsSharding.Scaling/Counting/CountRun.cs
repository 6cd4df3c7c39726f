using EfsSharding.Access;

namespace EfsSharding.Scaling.Counting;

/// <summary>Runs a walk beside the caller, who gets an answer in time whatever the file system does.</summary>
internal static class CountRun
{
    /// <summary>Runs a walk that blocks. A thread that hangs in a system call of a dead mount cannot be stopped; it is left behind and ends when the call does.</summary>
    public static Task<FileCount> RunAsync(
        FileCountRequest request, Action<CountTally> walk, TimeProvider timeProvider, CancellationToken cancellationToken) =>
        RunAsync(
            request,
            tally => Task.Factory.StartNew(() => walk(tally), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default),
            timeProvider,
            cancellationToken);

    /// <summary>Runs a walk that ends soon after <see cref="CountTally.Stopped"/>, and is not waited for then.</summary>
    public static async Task<FileCount> RunAsync(
        FileCountRequest request, Func<CountTally, Task> walk, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        Validate(request);
        cancellationToken.ThrowIfCancellationRequested();
        var started = timeProvider.GetTimestamp();
        var tally = new CountTally(request.UpTo);
        using var deadline = request.TimeLimit is { } limit ? new CancellationTokenSource(limit, timeProvider) : null;
        using var onDeadline = deadline?.Token.Register(() => tally.Stop(FileCountEnd.TimeLimitReached));
        using var onCancel = cancellationToken.Register(tally.Halt);

        await Task.WhenAny(WalkAsync(walk, tally), tally.Stopped).ConfigureAwait(false);

        cancellationToken.ThrowIfCancellationRequested();
        if (tally.Failure is { } failure)
        {
            throw failure;
        }

        return new FileCount
        {
            End = tally.End,
            Files = tally.Files,
            Directories = tally.Directories,
            MountPoints = tally.MountPoints,
            IsOnNetwork = tally.IsOnNetwork,
            Elapsed = timeProvider.GetElapsedTime(started),
        };
    }

    private static async Task WalkAsync(Func<CountTally, Task> walk, CountTally tally)
    {
        try
        {
            await walk(tally).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            tally.Fail(e);
        }
    }

    private static void Validate(FileCountRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentException.ThrowIfNullOrEmpty(request.Directory);
        if (request.UpTo is < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(request), request.UpTo, "UpTo must be at least 1.");
        }

        if (request.TimeLimit is { } limit && limit <= TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(nameof(request), limit, "TimeLimit must be more than zero.");
        }
    }
}
