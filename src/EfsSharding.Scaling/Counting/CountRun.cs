namespace EfsSharding.Scaling.Counting;

/// <summary>Runs a blocking walk beside the caller, who gets an answer in time whatever the file system does.</summary>
internal static class CountRun
{
    public static async Task<FileCount> RunAsync(
        FileCountRequest request, Action<CountTally> walk, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        Validate(request);
        cancellationToken.ThrowIfCancellationRequested();
        var started = timeProvider.GetTimestamp();
        var tally = new CountTally(request.UpTo);
        using var deadline = request.TimeLimit is { } limit ? new CancellationTokenSource(limit, timeProvider) : null;
        using var onDeadline = deadline?.Token.Register(() => tally.Stop(FileCountEnd.TimeLimitReached));
        using var onCancel = cancellationToken.Register(tally.Halt);

        // A thread that hangs in a system call of a dead mount cannot be stopped; it is left behind and ends when the call does.
        var walking = Task.Factory.StartNew(
            () => Walk(walk, tally), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await Task.WhenAny(walking, tally.Stopped).ConfigureAwait(false);

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
            Elapsed = timeProvider.GetElapsedTime(started),
        };
    }

    private static void Walk(Action<CountTally> walk, CountTally tally)
    {
        try
        {
            walk(tally);
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
