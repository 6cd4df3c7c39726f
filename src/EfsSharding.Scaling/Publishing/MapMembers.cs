using System.Text.Json.Nodes;

namespace EfsSharding.Scaling.Publishing;

/// <summary>Writes a map into a document member by member, so that the members that it does not know stay.</summary>
internal static class MapMembers
{
    private static readonly string[] OfTarget =
        ["mount_target_id", "file_system_id", "ip_address", "ipv6_address", "availability_zone", "availability_zone_id", "subnet_id", "weight"];

    private static readonly string[] OfFileSystem = ["file_system_id", "state", "weight"];

    public static void Write(JsonObject document, ShardMap map)
    {
        // Which members there are, and how they are written, is the codec's to say.
        var written = JsonNode.Parse(ShardMapCodec.Serialize(map))!.AsObject();
        foreach (var member in written.Select(member => member.Key).ToList())
        {
            var value = written[member];
            written.Remove(member);
            document[member] = member switch
            {
                "mount_targets" => Merge(value!.AsArray(), document[member] as JsonArray, "mount_target_id", OfTarget),
                "file_systems" => Merge(value!.AsArray(), document[member] as JsonArray, "file_system_id", OfFileSystem),
                _ => value,
            };
        }
    }

    private static JsonArray Merge(JsonArray written, JsonArray? before, string id, string[] known)
    {
        var old = new Dictionary<string, JsonObject>(StringComparer.Ordinal);
        foreach (var entry in before?.OfType<JsonObject>() ?? [])
        {
            if (entry[id] is JsonValue value && value.TryGetValue<string>(out var name))
            {
                old[name] = entry;
            }
        }

        return [.. written.Select(entry => (JsonNode)Merge(entry!.AsObject(), old.GetValueOrDefault(entry[id]!.GetValue<string>()), known))];
    }

    private static JsonObject Merge(JsonObject written, JsonObject? before, string[] known)
    {
        var merged = (JsonObject)written.DeepClone();
        foreach (var (member, value) in before?.AsEnumerable() ?? [])
        {
            if (!known.Contains(member))
            {
                merged[member] = value?.DeepClone();
            }
        }

        return merged;
    }
}
