using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EfsSharding.Scaling.Publishing;

/// <summary>
/// The shard map as scaling publishes it: the core's document with members more that the core ignores. What this library does not know is
/// kept as it is found, and what it cannot read back is never sent.
/// </summary>
internal sealed class PublishedDocument
{
    /// <summary>When a mount target of a file system was last added, which EFS does not tell: in the entry of the file system.</summary>
    public const string AdditionMember = "mount_target_added_at";

    private static readonly JsonDocumentOptions NothingTwice = new() { AllowDuplicateProperties = false };

    // Names of people and places stay readable, and as short as they were.
    public static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, TypeInfoResolver = PublishedJsonContext.Default };

    private PublishedDocument(JsonObject root, ShardMap map)
    {
        Root = root;
        Map = map;
        Mark = PublisherMark.Read(root);
    }

    /// <summary>All of it; not to be changed.</summary>
    public JsonObject Root { get; }

    public ShardMap Map { get; }

    /// <summary>What the last publisher noted; null when there is no such note, or it is not about this text.</summary>
    public PublisherMark? Mark { get; }

    public string Json => Root.ToJsonString(Compact);

    /// <exception cref="ShardMapFormatException">The document is broken, or says one thing twice.</exception>
    public static PublishedDocument Parse(string json, string origin)
    {
        json = json.TrimStart('\uFEFF');
        var root = ParseObject(json, origin);
        var isRewritten = ResourceNames.Shorten(root);
        var map = ShardMapCodec.Parse(isRewritten ? root.ToJsonString(Compact) : json, origin);
        for (var i = 0; i < map.MountTargets.Count; i++)
        {
            // 010.0.0.1 is 8.0.0.1 to some and 10.0.0.1 to others.
            if (map.MountTargets[i].IpAddress is { } address && (!IPAddress.TryParse(address, out var parsed) || parsed.AddressFamily != AddressFamily.InterNetwork || parsed.ToString() != address))
            {
                throw new ShardMapFormatException(origin, $"$.mount_targets[{i}].ip_address", $"'{address}' is not an IPv4 address of four decimal numbers without leading zeros.");
            }
        }

        return new PublishedDocument(root, map);
    }

    /// <summary>A document that says what a map says, and whatever else was in the one before.</summary>
    /// <exception cref="ShardMapFormatException">Nobody could read it.</exception>
    public static PublishedDocument Of(ShardMap map, PublishedDocument? before, string origin)
    {
        var root = before is null ? [] : (JsonObject)before.Root.DeepClone();
        MapMembers.Write(root, map);
        return Checked(root, origin);
    }

    /// <summary>When a mount target of a file system was last added; null when the document does not say.</summary>
    public DateTimeOffset? AdditionTo(string fileSystemId)
    {
        // At the root in the documents of earlier versions, whichever file system it was.
        var text = Entry(Root, fileSystemId)?[AdditionMember] ?? (Map.FileSystems.Count == 1 ? Root[AdditionMember] : null);
        return text is JsonValue value && value.TryGetValue<string>(out var time)
            && DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var addition)
                ? addition
                : null;
    }

    public PublishedDocument WithAddition(string fileSystemId, DateTimeOffset? time, string origin)
    {
        var root = (JsonObject)Root.DeepClone();
        if (Map.FileSystems.Count == 1)
        {
            root.Remove(AdditionMember);
        }

        if (Entry(root, fileSystemId) is { } entry && time is { } addition)
        {
            entry[AdditionMember] = addition.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        }

        return Checked(root, origin);
    }

    public PublishedDocument With(PublisherMark mark, string origin)
    {
        var root = (JsonObject)Root.DeepClone();
        mark.Write(root);
        return Checked(root, origin);
    }

    /// <summary>Whether both say the same of everything but their publishing.</summary>
    public bool HasSameContent(PublishedDocument other) =>
        Map.HasSameContent(other.Map) && JsonNode.DeepEquals(Content(Root), Content(other.Root));

    /// <summary>Puts a change that was written over back in: what <paramref name="covered"/> changed in <paramref name="common"/>, in this.</summary>
    public PublishedDocument Regain(PublishedDocument? common, PublishedDocument covered, string origin)
    {
        var merged = (JsonObject)JsonMerge.Merge(common is null ? [] : Content(common.Root), Content(covered.Root), Content(Root))!;
        merged["revision"] = Math.Max(covered.Map.Revision, Map.Revision);
        return Parse(merged.ToJsonString(Compact), origin);
    }

    /// <summary>The document without what only concerns its publishing.</summary>
    private static JsonObject Content(JsonObject root)
    {
        var content = (JsonObject)root.DeepClone();
        content.Remove(PublisherMark.Member);
        content.Remove("revision");
        return content;
    }

    private static PublishedDocument Checked(JsonObject root, string origin) => Parse(root.ToJsonString(Compact), origin);

    private static JsonObject? Entry(JsonObject root, string fileSystemId) =>
        (root["file_systems"] as JsonArray)?.OfType<JsonObject>().FirstOrDefault(entry => entry["file_system_id"]?.GetValue<string>() == fileSystemId);

    private static JsonObject ParseObject(string json, string origin)
    {
        try
        {
            return JsonNode.Parse(json, documentOptions: NothingTwice) as JsonObject
                ?? throw new ShardMapFormatException(origin, "$", "it is not a JSON object.");
        }
        catch (JsonException e)
        {
            throw new ShardMapFormatException(
                origin, $"line {e.LineNumber + 1}, byte {e.BytePositionInLine}" + (e.Path is null or "$" ? "" : $" ({e.Path})"), e.Message, e);
        }
    }
}
