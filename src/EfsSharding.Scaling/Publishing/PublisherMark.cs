using System.Globalization;
using System.IO.Hashing;
using System.Text;
using System.Text.Json.Nodes;

namespace EfsSharding.Scaling.Publishing;

/// <summary>
/// What a publisher notes in the document for those after it: which version it read before it wrote, so that a version written in between
/// is seen to be covered, however the publisher ended; and which services were deployed for this map, whatever ECS does with them later.
/// </summary>
internal sealed record PublisherMark
{
    public const string Member = "publisher";

    private const string Over = "over";
    private const string MapSum = "map";
    private const string Since = "at";
    private const string SentAt = "sent";
    private const string Services = "rolled_out";
    private const string Sum = "sum";

    /// <summary>The version of the parameter that this text continues; 0 when there was none. Null when somebody edited the text since.</summary>
    public required long? Continues { get; init; }

    /// <summary>When this text was sent to SSM, by the publisher's clock.</summary>
    public required DateTimeOffset? Sent { get; init; }

    /// <summary>When the map became what it is, by SSM's clock; null for the time of this very version.</summary>
    public DateTimeOffset? PublishedAt { get; init; }

    /// <summary>The services that were deployed for this map, <c>cluster/service</c>.</summary>
    public IReadOnlyList<string> RolledOut { get; init; } = [];

    /// <returns>Null when there is none, or it tells of another map.</returns>
    public static PublisherMark? Read(JsonObject root)
    {
        if (root[Member] is not JsonObject mark)
        {
            return null;
        }

        var isOfThisMap = Text(mark[MapSum]) == SumOfMap(root);
        return new PublisherMark
        {
            Continues = Text(mark[Sum]) == SumOfAll(root) && mark[Over] is JsonValue over && over.TryGetValue<long>(out var version) ? version : null,
            Sent = Time(mark[SentAt]),
            PublishedAt = isOfThisMap ? Time(mark[Since]) : null,
            RolledOut = isOfThisMap && mark[Services] is JsonArray services ? [.. services.Select(Text).OfType<string>()] : [],
        };
    }

    public void Write(JsonObject root)
    {
        var mark = new JsonObject { [Over] = Continues, [SentAt] = Text(Sent), [MapSum] = SumOfMap(root) };
        if (PublishedAt is not null)
        {
            mark[Since] = Text(PublishedAt);
        }

        if (RolledOut.Count > 0)
        {
            mark[Services] = new JsonArray([.. RolledOut.Select(service => JsonValue.Create(service))]);
        }

        root[Member] = mark;
        mark[Sum] = SumOfAll(root);
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static string? Text(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static DateTimeOffset? Time(JsonNode? node) =>
        DateTimeOffset.TryParse(Text(node), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    private static string SumOfMap(JsonObject root)
    {
        var map = new JsonObject();
        foreach (var member in new[] { "layout", "mount_targets", "file_systems" })
        {
            map[member] = root[member]?.DeepClone();
        }

        foreach (var fileSystem in (map["file_systems"] as JsonArray)?.OfType<JsonObject>() ?? [])
        {
            fileSystem.Remove(PublishedDocument.AdditionMember);
        }

        return Hash(map);
    }

    private static string SumOfAll(JsonObject root)
    {
        var all = (JsonObject)root.DeepClone();
        (all[Member] as JsonObject)?.Remove(Sum);
        return Hash(all);
    }

    private static string Hash(JsonObject json) =>
        XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(json.ToJsonString(PublishedDocument.Compact))).ToString("x16", CultureInfo.InvariantCulture);
}
