using EfsSharding;

namespace Worker;

/// <summary>Where a path belongs, whether there is a file or not.</summary>
internal static class RouteEndpoints
{
    public static void MapRoutes(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/routes/{**path}", (string? path, IShardedFileStore store) => Results.Json(store.Locate(path ?? ""), WorkerJsonContext.Default.FileLocation));
}
