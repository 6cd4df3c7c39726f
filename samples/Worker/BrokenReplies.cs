namespace Worker;

/// <summary>What becomes of a reply that cannot be finished: the connection breaks, so that a client never takes a part for the whole.</summary>
internal static partial class BrokenReplies
{
    public static void UseBrokenReplies(this WebApplication app)
    {
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Worker.BrokenReplies");
        app.Use(async (context, next) =>
        {
            try
            {
                await next(context);
            }
            catch (Exception) when (context.RequestAborted.IsCancellationRequested)
            {
                // The client has hung up. Nobody is there to be answered, and nothing is wrong here.
                if (!context.Response.HasStarted)
                {
                    context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
                }
            }
            catch (Exception e) when (context.Response.HasStarted && StoreProblems.StatusOf(e) is not null)
            {
                LogBroken(logger, e, context.Request.Method, context.Request.Path);
                context.Abort();
            }
        });
    }

    [LoggerMessage(3001, LogLevel.Warning, "The reply to {Method} {Path} broke off midway.", EventName = "ReplyBroken")]
    private static partial void LogBroken(ILogger logger, Exception exception, string method, string path);
}
