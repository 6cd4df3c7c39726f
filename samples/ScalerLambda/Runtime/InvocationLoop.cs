namespace ScalerLambda.Runtime;

/// <summary>Takes one event after another, each bounded by its deadline, until the process is asked to stop.</summary>
/// <param name="api">Where events come from and answers go.</param>
/// <param name="handle">The function, with the time it has; its token is cancelled when it takes more.</param>
/// <param name="timeProvider">The clock of deadlines.</param>
internal sealed class InvocationLoop(
    RuntimeApi api, Func<Invocation, TimeSpan, CancellationToken, Task<FunctionResult>> handle, TimeProvider timeProvider)
{
    // What is left for ending the run and reporting: a function that meets its deadline is killed without a word.
    private static readonly TimeSpan ReportingTime = TimeSpan.FromSeconds(1);

    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            Invocation invocation;
            try
            {
                invocation = await api.NextAsync(stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }

            await AnswerAsync(invocation, stopping);
        }
    }

    private async Task AnswerAsync(Invocation invocation, CancellationToken stopping)
    {
        Environment.SetEnvironmentVariable("_X_AMZN_TRACE_ID", invocation.TraceId);
        FunctionResult? result = null;
        FunctionError? error;
        var (time, grace) = Divide(invocation.Deadline - timeProvider.GetUtcNow());
        using var deadline = new CancellationTokenSource(time + grace, timeProvider);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stopping);
        try
        {
            result = await handle(invocation, time, ended.Token);
            error = result.Error;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            error = new FunctionError(
                "Scaler.DeadlineExceeded",
                "The run did not end before the function's timeout, and was stopped. The next run goes on from where it came to; raise the timeout if it never ends.");
        }
        catch (Exception e)
        {
            error = FunctionError.From("Scaler.Failed", e);
        }

        // The answer is sent even while stopping: Lambda waits for it.
        await (error is null
            ? api.RespondAsync(invocation.RequestId, result!.Json, CancellationToken.None)
            : api.FailAsync(invocation.RequestId, error, result?.Json, CancellationToken.None));
    }

    /// <summary>The time of the function, and the time after it in which it may still end by itself.</summary>
    private static (TimeSpan Time, TimeSpan Grace) Divide(TimeSpan total)
    {
        // A Lambda timeout is at most 15 minutes; a timer takes no more than 49 days.
        total = TimeSpan.FromTicks(Math.Clamp(total.Ticks, 0, TimeSpan.TicksPerDay));
        var reserve = total / 4 < ReportingTime ? total / 4 : ReportingTime;
        return (total - reserve, reserve / 2);
    }
}
