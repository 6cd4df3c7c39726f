using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace EfsSharding.LocalAws.Admin;

/// <summary>
/// The paths below <c>/_local/</c>, unsigned: GET, PUT (replace), POST (add) and DELETE faults; GET and DELETE calls; GET state.
/// </summary>
internal sealed class AdminEndpoint(LocalAwsState state, FaultPlan faults, CallLog calls, LocalAwsOptions options)
{
    private const string Root = "/_local/";

    public static bool Serves(HttpContext context) => context.Request.Path.StartsWithSegments("/_local");

    public async Task HandleAsync(HttpContext context)
    {
        switch (context.Request.Method, context.Request.Path.Value)
        {
            case ("GET", Root + "faults"):
                await WriteAsync(context, JsonSerializer.SerializeToNode(faults.All, AdminJsonContext.Default.IReadOnlyListInjectedFault)!);
                break;
            case ("PUT", Root + "faults"):
                await AddFaultsAsync(context, replace: true);
                break;
            case ("POST", Root + "faults"):
                await AddFaultsAsync(context, replace: false);
                break;
            case ("DELETE", Root + "faults"):
                faults.Clear();
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                break;
            case ("GET", Root + "calls"):
                await WriteAsync(context, JsonSerializer.SerializeToNode(calls.All, AdminJsonContext.Default.IReadOnlyListLoggedCall)!);
                break;
            case ("DELETE", Root + "calls"):
                calls.Clear();
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                break;
            case ("GET", Root + "state"):
                await WriteAsync(context, StateDocument.Of(state, options));
                break;
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                await context.Response.WriteAsync($"There are {Root}faults, {Root}calls and {Root}state.\n", context.RequestAborted);
                break;
        }
    }

    private async Task AddFaultsAsync(HttpContext context, bool replace)
    {
        try
        {
            // One fault or a list of them.
            var body = await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
            List<InjectedFault> added = [.. (body is JsonArray list ? [.. list] : new[] { body }).Select(Read)];
            if (replace)
            {
                faults.Clear();
            }

            added.ForEach(faults.Add);
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync(e.Message + "\n", context.RequestAborted);
        }
    }

    private static InjectedFault Read(JsonNode? node) =>
        node.Deserialize(AdminJsonContext.Default.FaultDocument)?.ToFault() ?? throw new JsonException("A fault is an object.");

    private static Task WriteAsync(HttpContext context, JsonNode document)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(document.ToJsonString(AdminJsonContext.Default.Options) + "\n", context.RequestAborted);
    }
}
