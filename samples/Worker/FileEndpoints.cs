using EfsSharding;
using Microsoft.Net.Http.Headers;

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

    private static async Task<IResult> ReadAsync(string? path, IShardedFileStore store, CancellationToken cancellationToken)
    {
        var info = await store.GetInfoAsync(path ?? "", cancellationToken) ?? throw Missing(path);
        var content = await store.OpenReadAsync(info.Path, cancellationToken);
        return Results.Stream(content, ContentType, lastModified: info.LastModified, enableRangeProcessing: true);
    }

    // GET's headers without opening the file.
    private static async Task<IResult> DescribeAsync(string? path, HttpResponse response, IShardedFileStore store, CancellationToken cancellationToken)
    {
        var info = await store.GetInfoAsync(path ?? "", cancellationToken) ?? throw Missing(path);
        var headers = response.GetTypedHeaders();
        headers.ContentLength = info.Length;
        headers.LastModified = info.LastModified;
        headers.ContentType = new MediaTypeHeaderValue(ContentType);
        response.Headers.AcceptRanges = "bytes";
        return Results.Ok();
    }

    private static async Task<IResult> WriteAsync(string? path, HttpRequest request, IShardedFileStore store, CancellationToken cancellationToken)
    {
        if (request.Headers.ContainsKey(HeaderNames.ContentRange))
        {
            return Refused("PUT writes whole files. Leave Content-Range out, or use POST with ?append to add bytes at the end.");
        }

        var mode = request.Headers.IfNoneMatch == "*" ? FileWriteMode.CreateNew : FileWriteMode.Replace;
        return await StoreAsync(store, path, request, mode, cancellationToken);
    }

    private static async Task<IResult> AppendAsync(string? path, HttpRequest request, IShardedFileStore store, CancellationToken cancellationToken) =>
        request.Query.ContainsKey("append")
            ? await StoreAsync(store, path, request, FileWriteMode.Append, cancellationToken)
            : Refused("POST adds bytes to a file: ask for it with ?append. Use PUT to write a whole file.");

    private static async Task<IResult> DeleteAsync(string? path, IShardedFileStore store, CancellationToken cancellationToken) =>
        await store.DeleteAsync(path ?? "", cancellationToken) ? Results.NoContent() : throw Missing(path);

    private static async Task<IResult> StoreAsync(
        IShardedFileStore store, string? path, HttpRequest request, FileWriteMode mode, CancellationToken cancellationToken)
    {
        // 201 or 204 is the state just before; a racing writer may make it untrue, the file is whole all the same.
        var existed = mode != FileWriteMode.CreateNew && await store.ExistsAsync(path ?? "", cancellationToken);
        if (request.ContentLength is <= MaxHeldLength and var length)
        {
            var bytes = new byte[(int)length];
            await request.Body.ReadExactlyAsync(bytes, cancellationToken);
            await store.WriteAllBytesAsync(path ?? "", bytes, mode, cancellationToken);
        }
        else
        {
            await store.WriteAsync(path ?? "", request.Body, mode, cancellationToken);
        }

        return existed ? Results.NoContent() : Results.Created(request.Path.ToUriComponent(), value: null);
    }

    private static FileNotFoundException Missing(string? path) => new($"There is no file '{path}'.", path);

    private static IResult Refused(string detail) => Results.Problem(detail, statusCode: StatusCodes.Status400BadRequest);
}
