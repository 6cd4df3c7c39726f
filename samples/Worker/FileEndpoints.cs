using EfsSharding;
using Microsoft.Net.Http.Headers;
using Worker.Paths;

namespace Worker;

/// <summary>Files as HTTP resources.</summary>
internal static class FileEndpoints
{
    // A body of known and small length is held, so that it can be sent again through another mount target.
    private const int MaxHeldLength = 1 << 20;
    private const string FilePattern = "/files/{**path}";
    private const string ContentType = "application/octet-stream";

    public static void MapFiles(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/files", FileListing.WriteAsync);
        routes.MapGet(FilePattern, ReadAsync);
        routes.MapMethods(FilePattern, [HttpMethods.Head], DescribeAsync);
        routes.MapPut(FilePattern, WriteAsync);
        routes.MapPost(FilePattern, AppendAsync);
        routes.MapDelete(FilePattern, DeleteAsync);
    }

    private static async Task<IResult> ReadAsync(RequestedFile file, HttpContext context, IShardedFileStore store, CancellationToken cancellationToken)
    {
        var info = await store.GetInfoAsync(file.Path, cancellationToken) ?? throw Missing(file.Path);
        context.Response.Headers.AcceptRanges = "bytes";
        if (Preconditions.StatusOf(context.Request, info) is { } status)
        {
            context.Response.GetTypedHeaders().LastModified = info.LastModified;
            context.Response.GetTypedHeaders().ETag = Preconditions.TagOf(info);
            return Results.StatusCode(status);
        }

        Preconditions.Remove(context.Request);
        var content = await store.OpenReadAsync(file.Path, cancellationToken);
        try
        {
            var allowRange = Preconditions.AllowRange(context.Request, info)
                && (!context.Request.Headers.ContainsKey(HeaderNames.IfRange) || await IsStillAsync(store, file.Path, info, cancellationToken));
            return Results.Stream(content, ContentType, lastModified: info.LastModified, entityTag: Preconditions.TagOf(info), enableRangeProcessing: allowRange);
        }
        catch
        {
            await content.DisposeAsync();
            throw;
        }
    }

    // A file that was replaced between the look at it and its opening is not the one that If-Range names.
    private static async Task<bool> IsStillAsync(IShardedFileStore store, string path, StoredFileInfo then, CancellationToken cancellationToken) =>
        await store.GetInfoAsync(path, cancellationToken) is { } now && (now.Length, now.LastModified, now.Version) == (then.Length, then.LastModified, then.Version);

    // GET's headers without opening the file. A range is for GET alone (RFC 9110 §14.2).
    private static async Task<IResult> DescribeAsync(RequestedFile file, HttpContext context, IShardedFileStore store, CancellationToken cancellationToken)
    {
        var info = await store.GetInfoAsync(file.Path, cancellationToken) ?? throw Missing(file.Path);
        var headers = context.Response.GetTypedHeaders();
        headers.LastModified = info.LastModified;
        headers.ETag = Preconditions.TagOf(info);
        context.Response.Headers.AcceptRanges = "bytes";
        if (Preconditions.StatusOf(context.Request, info) is { } status)
        {
            return Results.StatusCode(status);
        }

        headers.ContentLength = info.Length;
        headers.ContentType = new MediaTypeHeaderValue(ContentType);
        return Results.Ok();
    }

    private static async Task<IResult> WriteAsync(RequestedFile file, HttpRequest request, IShardedFileStore store, CancellationToken cancellationToken)
    {
        if (request.Headers.ContainsKey(HeaderNames.ContentRange))
        {
            return Refused("PUT writes whole files. Leave Content-Range out, or use POST with ?append to add bytes at the end.");
        }

        var mode = Preconditions.IsForANewFile(request) ? FileWriteMode.CreateNew : FileWriteMode.Replace;
        return await StoreAsync(store, file, request, mode, cancellationToken);
    }

    private static async Task<IResult> AppendAsync(RequestedFile file, HttpRequest request, IShardedFileStore store, CancellationToken cancellationToken) =>
        request.Query.ContainsKey("append")
            ? await StoreAsync(store, file, request, FileWriteMode.Append, cancellationToken)
            : Refused("POST adds bytes to a file: ask for it with ?append. Use PUT to write a whole file.");

    private static async Task<IResult> DeleteAsync(RequestedFile file, HttpRequest request, IShardedFileStore store, CancellationToken cancellationToken)
    {
        if (Preconditions.AreIn(request))
        {
            var info = await store.GetInfoAsync(file.Path, cancellationToken) ?? throw Missing(file.Path);
            if (Preconditions.StatusOf(request, info) is { } status)
            {
                return Results.StatusCode(status);
            }

            if (Preconditions.NameAVersion(request))
            {
                await store.DeleteIfUnchangedAsync(file.Path, info.Version!, cancellationToken);
                return Results.NoContent();
            }
        }

        return await store.DeleteAsync(file.Path, cancellationToken) ? Results.NoContent() : throw Missing(file.Path);
    }

    private static async Task<IResult> StoreAsync(
        IShardedFileStore store, RequestedFile file, HttpRequest request, FileWriteMode mode, CancellationToken cancellationToken)
    {
        // 201 or 204 is the state just before; a racing writer may make it untrue, the file is whole all the same.
        var info = await store.GetInfoAsync(file.Path, cancellationToken);
        var existed = info is not null;

        // Before the body is asked for: a client that waits for 100 (Continue) keeps it.
        if (existed && mode == FileWriteMode.CreateNew)
        {
            throw new FileExistsException(file.Path);
        }

        if (Preconditions.StatusOf(request, info) is { } status)
        {
            return Results.StatusCode(status);
        }

        if (mode == FileWriteMode.Replace && Preconditions.NameAVersion(request))
        {
            await store.ReplaceIfUnchangedAsync(file.Path, request.Body, info!.Version!, cancellationToken);
        }
        else if (request.ContentLength is <= MaxHeldLength and var length)
        {
            var bytes = new byte[(int)length];
            await request.Body.ReadExactlyAsync(bytes, cancellationToken);
            await store.WriteAllBytesAsync(file.Path, bytes, mode, cancellationToken);
        }
        else
        {
            await store.WriteAsync(file.Path, request.Body, mode, cancellationToken);
        }

        return existed ? Results.NoContent() : Results.Created(file.Location, value: null);
    }

    private static FileNotFoundException Missing(string path) => new($"There is no file '{path}'.", path);

    private static IResult Refused(string detail) => Results.Problem(detail, statusCode: StatusCodes.Status400BadRequest);
}
