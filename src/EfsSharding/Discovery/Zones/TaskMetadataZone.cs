using System.Text.Json;

namespace EfsSharding.Discovery.Zones;

/// <summary>The zone of an ECS task, on Fargate and on instances: <c>AvailabilityZone</c> in the task metadata, version 4.</summary>
/// <param name="endpoint">What ECS gives in <c>ECS_CONTAINER_METADATA_URI_V4</c>; null outside ECS.</param>
internal sealed class TaskMetadataZone(string? endpoint) : IZoneSource
{
    public const string Variable = "ECS_CONTAINER_METADATA_URI_V4";

    /// <summary>The metadata of a task with ten containers takes some 20 KB.</summary>
    private const int MaxBytes = 1 << 20;

    public string Name => "the ECS task metadata";

    public async Task<string?> FindAsync(CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(endpoint))
        {
            return null;
        }

        // The address is one of the task's own network; a proxy of the environment is for other addresses.
        using var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
        using var http = new HttpClient(handler) { MaxResponseContentBufferSize = MaxBytes };
        var task = await http.GetByteArrayAsync(new Uri($"{endpoint.TrimEnd('/')}/task"), cancellationToken).ConfigureAwait(false);
        using var document = JsonDocument.Parse(task);
        return document.RootElement.ValueKind == JsonValueKind.Object
            && document.RootElement.TryGetProperty("AvailabilityZone", out var zone) && zone.ValueKind == JsonValueKind.String
                ? zone.GetString()
                : null;
    }
}
