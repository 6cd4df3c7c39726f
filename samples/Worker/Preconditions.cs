using EfsSharding;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Worker;

/// <summary>What a client knows already (RFC 9110 §13): a file's version, which is its strong entity tag, or the time of its last change in whole seconds.</summary>
internal static class Preconditions
{
    private static readonly string[] All = [HeaderNames.IfMatch, HeaderNames.IfUnmodifiedSince, HeaderNames.IfNoneMatch, HeaderNames.IfModifiedSince];

    public static bool AreIn(HttpRequest request) => All.Any(request.Headers.ContainsKey);

    /// <summary>Takes them out, so that nobody looks at them again in another way. If-Range stays.</summary>
    public static void Remove(HttpRequest request) => Array.ForEach(All, name => request.Headers.Remove(name));

    /// <summary>A file's entity tag; null where the file system gives files no version.</summary>
    public static EntityTagHeaderValue? TagOf(StoredFileInfo file) => file.Version is { } version ? new EntityTagHeaderValue($"\"{version}\"") : null;

    /// <summary>Whether the client names the version that it knows: then nothing may change between this look and the change.</summary>
    public static bool NameAVersion(HttpRequest request) => request.Headers.ContainsKey(HeaderNames.IfMatch) && !IsAny(request.Headers.IfMatch);

    /// <summary>Whether no file must be there, which a PUT can say in one step with the write.</summary>
    public static bool IsForANewFile(HttpRequest request) => IsAny(request.Headers.IfNoneMatch);

    /// <summary>
    /// Whether a range may be answered: one of bytes, without If-Range, or when that names this very time or version.
    /// </summary>
    public static bool AllowRange(HttpRequest request, StoredFileInfo file)
    {
        var headers = request.GetTypedHeaders();
        return headers.Range?.Unit == "bytes" && (!request.Headers.ContainsKey(HeaderNames.IfRange) || headers.IfRange?.LastModified == Seconds(file.LastModified) || (headers.IfRange?.EntityTag is { } tag && IsStrongly(tag, file)));
    }

    /// <summary>The preconditions in the order of RFC 9110 §13.2.2.</summary>
    /// <param name="request">Of any method.</param>
    /// <param name="file">Null when there is none.</param>
    /// <returns>304 or 412; null when the method is to be performed.</returns>
    public static int? StatusOf(HttpRequest request, StoredFileInfo? file)
    {
        var headers = request.GetTypedHeaders();
        var reads = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        var fails = request.Headers.ContainsKey(HeaderNames.IfMatch)
            ? file is null || !(IsAny(request.Headers.IfMatch) || headers.IfMatch.Any(tag => IsStrongly(tag, file)))
            : file is not null && headers.IfUnmodifiedSince < Seconds(file.LastModified);
        if (fails)
        {
            return StatusCodes.Status412PreconditionFailed;
        }

        var isKnown = request.Headers.ContainsKey(HeaderNames.IfNoneMatch)
            ? file is not null && (IsAny(request.Headers.IfNoneMatch) || headers.IfNoneMatch.Any(tag => TagOf(file)?.Compare(tag, useStrongComparison: false) == true))
            : reads && file is not null && headers.IfModifiedSince >= Seconds(file.LastModified);
        return !isKnown ? null : reads ? StatusCodes.Status304NotModified : StatusCodes.Status412PreconditionFailed;
    }

    private static bool IsStrongly(EntityTagHeaderValue tag, StoredFileInfo file) => TagOf(file)?.Compare(tag, useStrongComparison: true) == true;

    private static bool IsAny(StringValues values) => values.Any(static value => value?.Trim() == "*");

    private static DateTimeOffset Seconds(DateTimeOffset time) => new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero);
}
