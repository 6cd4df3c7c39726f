using System.Diagnostics;

namespace EfsSharding.Diagnostics;

/// <summary>Spans of the store's operations. Nothing is allocated while nobody listens.</summary>
internal static class StoreTrace
{
    public static readonly ActivitySource Source = new(StoreMetrics.Name);

    /// <summary>Whether anybody listens.</summary>
    public static bool IsOn => Source.HasListeners();

    public static Activity? Start(string operation, string storeName) =>
        Source.StartActivity($"efs_sharding.{operation}") is { } span ? span.SetTag("store", storeName) : null;

    /// <summary>Runs an operation in a span of its own, which ends with its error.</summary>
    public static async Task<TResult> RunAsync<TState, TResult>(string operation, string storeName, Func<TState, Task<TResult>> call, TState state)
    {
        using var span = Start(operation, storeName);
        try
        {
            return await call(state).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Fail(span, e);
            throw;
        }
    }

    /// <summary>As OpenTelemetry says: the status, <c>error.type</c> and an event with the exception.</summary>
    public static void Fail(Activity? span, Exception error)
    {
        span?.SetStatus(ActivityStatusCode.Error, error.Message);
        span?.SetTag("error.type", error.GetType().FullName);
        span?.AddException(error);
    }

    /// <summary>Where an operation went: one that failed over ends with the target that served it, or was tried last.</summary>
    public static void WentTo(string operation, string fileSystemId, string mountTargetId)
    {
        if (IsOn && Current(operation) is { } span)
        {
            span.SetTag("file_system", fileSystemId);
            span.SetTag("mount_target", mountTargetId);
        }
    }

    /// <param name="operation">Of the span that the bytes belong to.</param>
    /// <param name="count">Bytes of file content.</param>
    public static void Moved(string operation, long count)
    {
        if (IsOn)
        {
            Current(operation)?.SetTag("bytes", count);
        }
    }

    /// <summary>An attempt that failed, whatever becomes of the operation.</summary>
    public static void Fault(string operation, string mountTargetId, Exception fault)
    {
        if (IsOn)
        {
            Current(operation)?.AddException(fault, [new("mount_target", mountTargetId)]);
        }
    }

    /// <summary>
    /// The operation's own span. A stream is read in whatever span its reader has, and a write does more than write; a listing goes to many
    /// targets at once, which no tag of its span can say.
    /// </summary>
    private static Activity? Current(string operation) =>
        operation != "list" && Activity.Current is { } span && span.Source == Source
            && span.OperationName.AsSpan(span.OperationName.LastIndexOf('.') + 1).SequenceEqual(operation)
            ? span
            : null;
}
