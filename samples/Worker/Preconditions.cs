using Microsoft.Net.Http.Headers;

namespace Worker;

/// <summary>What a reader knows already (RFC 9110 §13). Files have no entity tags here: their only validator is Last-Modified, in whole seconds.</summary>
internal static class Preconditions
{
    /// <summary>
    /// Whether a range may be answered: one of bytes, without If-Range, or when that names this very time. An entity tag is none of ours,
    /// so never the present one.
    /// </summary>
    public static bool AllowRange(HttpRequest request, DateTimeOffset lastModified)
    {
        var headers = request.GetTypedHeaders();
        return headers.Range?.Unit == "bytes" && (!request.Headers.ContainsKey(HeaderNames.IfRange) || headers.IfRange?.LastModified == Seconds(lastModified));
    }

    /// <summary>What a HEAD is answered with, as a GET would be: 200, 304 or 412.</summary>
    public static int StatusOf(HttpRequest request, DateTimeOffset lastModified)
    {
        var headers = request.GetTypedHeaders();
        return headers.IfUnmodifiedSince < Seconds(lastModified) ? StatusCodes.Status412PreconditionFailed
            : headers.IfModifiedSince >= Seconds(lastModified) && headers.IfNoneMatch.Count == 0 ? StatusCodes.Status304NotModified
            : StatusCodes.Status200OK;
    }

    private static DateTimeOffset Seconds(DateTimeOffset time) => new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero);
}
