using EfsSharding;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;

namespace Worker;

/// <summary>The store's exceptions as problem details (RFC 9457).</summary>
internal sealed partial class StoreProblems(IProblemDetailsService problems, ILogger<StoreProblems> logger) : IExceptionHandler
{
    private const string RetryAfterSeconds = "5";

    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        if (StatusOf(exception) is not { } status)
        {
            return false;
        }

        if (status >= StatusCodes.Status500InternalServerError)
        {
            LogRefused(logger, exception, context.Request.Method, context.Request.Path, status);
        }

        context.Response.StatusCode = status;
        if (status == StatusCodes.Status503ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = RetryAfterSeconds;
        }

        var details = new ProblemDetails { Status = status, Detail = exception.Message };
        if (exception is StoreException store)
        {
            details.Extensions["may_have_taken_effect"] = store.MayHaveTakenEffect || store is ChangeInDoubtException;
        }

        // Not written when the client accepts no JSON; the status says enough then.
        await problems.TryWriteAsync(new ProblemDetailsContext { HttpContext = context, Exception = exception, ProblemDetails = details });
        return true;
    }

    /// <returns>Null for what nobody foresaw, which is a 500.</returns>
    public static int? StatusOf(Exception exception) => exception switch
    {
        InvalidStorePathException => StatusCodes.Status400BadRequest,
        FileNotFoundException or DirectoryNotFoundException => StatusCodes.Status404NotFound,
        FileExistsException or VersionMismatchException => StatusCodes.Status412PreconditionFailed,
        PathConflictException => StatusCodes.Status409Conflict,
        StorageFullException => StatusCodes.Status507InsufficientStorage,
        UnauthorizedAccessException => StatusCodes.Status403Forbidden,

        // Not 503: a client that repeats it blindly may append twice, or delete what somebody wrote since.
        ChangeInDoubtException => StatusCodes.Status504GatewayTimeout,

        // These pass by themselves, and nothing was changed.
        TargetUnavailableException or StoreBusyException or EarlierChangeInDoubtException or ContentNotRepeatableException or FileChangedException => StatusCodes.Status503ServiceUnavailable,
        ObjectDisposedException => StatusCodes.Status503ServiceUnavailable,
        BadHttpRequestException bad => bad.StatusCode,
        EndOfStreamException => StatusCodes.Status400BadRequest,
        _ => null,
    };

    [LoggerMessage(3000, LogLevel.Warning, "{Method} {Path} was answered with {Status}.", EventName = "RequestRefused")]
    private static partial void LogRefused(ILogger logger, Exception exception, string method, string path, int status);
}
