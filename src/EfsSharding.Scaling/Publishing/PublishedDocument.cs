using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace EfsSharding.Scaling.Publishing;

/// <summary>
/// The shard map as scaling publishes it: the core's document, and one member more that the core ignores. The cool-down needs to know when a
/// mount target was last added, and EFS does not tell.
/// </summary>
internal static class PublishedDocument
{
    private const string LastAdditionMember = "mount_target_added_at";

    /// <exception cref="ShardMapFormatException">The document is broken.</exception>
    public static (ShardMap Map, DateTimeOffset? LastAddition) Parse(string json, string origin)
    {
        var map = ShardMapCodec.Parse(json, origin);
        var lastAddition = JsonNode.Parse(json)?[LastAdditionMember] is JsonValue value
            && value.TryGetValue<string>(out var text)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
                ? time
                : (DateTimeOffset?)null;
        return (map, lastAddition);
    }

    /// <exception cref="ScalingException">SSM would refuse the document.</exception>
    public static string Serialize(ShardMap map, DateTimeOffset? lastAddition, string parameterName, bool allowAdvancedTier)
    {
        var json = ShardMapCodec.Serialize(map);
        if (lastAddition is { } time)
        {
            var document = JsonNode.Parse(json)!.AsObject();
            document[LastAdditionMember] = time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
            json = document.ToJsonString();
        }

        var size = Encoding.UTF8.GetByteCount(json);
        var limit = allowAdvancedTier ? ShardMapCodec.AdvancedTierLimit : ShardMapCodec.StandardTierLimit;
        if (size > limit)
        {
            throw new ScalingException(
                $"The shard map of {map.MountTargets.Count} mount targets has {size} bytes, and the parameter '{parameterName}' holds {limit}"
                + (allowAdvancedTier ? ". Split the file systems over several parameters." : " in the standard tier. Set AllowAdvancedTier, or split the file systems over several parameters."));
        }

        return json.Contains("{{", StringComparison.Ordinal)
            ? throw new ScalingException($"The shard map for '{parameterName}' has '{{{{' in it, which SSM refuses. Look for it in the ids and zones of the map.")
            : json;
    }
}
