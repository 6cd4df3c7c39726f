namespace ScalerLambda.Runtime;

/// <summary>Takes one event after another, each bounded by its deadline, until the process is told to stop.</summary>
/// <param name="api">Where events come from and answers go.</param>
/// <param name="handle">The function. Its token is cancelled shortly before the deadline.</param>
/// <param name="timeProvider">The clock of deadlines.</param>
internal sealed class InvocationLoop(
    RuntimeApi api, Func<Invocation, CancellationToken, Task<FunctionResult>> handle, TimeProvider timeProvider)
{
    // What is left for reporting: a function that meets its deadline is killed without a word.
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
        using var deadline = new CancellationTokenSource(TimeLeft(invocation), timeProvider);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stopping);
        try
        {
            result = await handle(invocation, ended.Token);
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

    private TimeSpan TimeLeft(Invocation invocation)
    {
        var total = invocation.Deadline - timeProvider.GetUtcNow();
        var reserve = total / 4 < ReportingTime ? total / 4 : ReportingTime;
        return Clamp(total - reserve);
    }

    // Timers take at most 2^32 - 2 ms.
    private static TimeSpan Clamp(TimeSpan time) =>
        time < TimeSpan.Zero ? TimeSpan.Zero : time > TimeSpan.FromDays(1) ? TimeSpan.FromDays(1) : time;
}
