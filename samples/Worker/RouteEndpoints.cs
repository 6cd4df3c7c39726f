using EfsSharding;
using Worker.Paths;

namespace Worker;

/// <summary>Where a path belongs, whether there is a file or not.</summary>
internal static class RouteEndpoints
{
    public static void MapRoutes(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/routes/{**path}", (RequestedFile file, IShardedFileStore store) => Results.Json(store.Locate(file.Path), WorkerJsonContext.Default.FileLocation));
}
