using System.Text.Json.Nodes;

namespace EfsSharding.Scaling.Publishing;

/// <summary>
/// Joins two changes of one document. What only one of them changed is as that one has it; where both changed the same, the later counts.
/// Lists of objects with ids are joined object by object.
/// </summary>
internal static class JsonMerge
{
    private static readonly string[] Ids = ["mount_target_id", "file_system_id"];

    public static JsonNode? Merge(JsonNode? common, JsonNode? earlier, JsonNode? later) => (earlier, later) switch
    {
        _ when JsonNode.DeepEquals(common, earlier) => later?.DeepClone(),
        _ when JsonNode.DeepEquals(common, later) => earlier?.DeepClone(),
        (JsonObject ours, JsonObject theirs) => Merge(common as JsonObject ?? [], ours, theirs),
        (JsonArray ours, JsonArray theirs) when IdOf(ours, theirs) is { } id =>
            List(Merge(Keyed(common as JsonArray ?? [], id), Keyed(ours, id), Keyed(theirs, id))),
        _ => later?.DeepClone(),
    };

    private static JsonObject Merge(JsonObject common, JsonObject earlier, JsonObject later)
    {
        var merged = new JsonObject();
        foreach (var member in later.Select(member => member.Key).Union(earlier.Select(member => member.Key)).ToList())
        {
            var isThere = (Common: common.ContainsKey(member), Earlier: earlier.ContainsKey(member), Later: later.ContainsKey(member));
            if ((isThere.Earlier && isThere.Later) || !isThere.Common || IsChanged(member))
            {
                merged[member] = isThere switch
                {
                    (_, true, true) => Merge(common[member], earlier[member], later[member]),
                    (_, true, false) => earlier[member]?.DeepClone(),
                    _ => later[member]?.DeepClone(),
                };
            }
        }

        return merged;

        // One took it away, and the other changed it: a change is kept rather than a removal.
        bool IsChanged(string member) => !JsonNode.DeepEquals(common[member], earlier[member] ?? later[member]);
    }

    /// <summary>The member that names the objects of both lists; null when there is none.</summary>
    private static string? IdOf(JsonArray one, JsonArray other) => Array.Find(Ids, id => HasIds(one, id) && HasIds(other, id));

    private static bool HasIds(JsonArray list, string id) => list.All(entry => entry is JsonObject named && named[id] is JsonValue value && value.TryGetValue<string>(out _));

    private static JsonObject Keyed(JsonArray list, string id)
    {
        var keyed = new JsonObject();
        foreach (var entry in list.OfType<JsonObject>())
        {
            if (entry[id] is JsonValue value && value.TryGetValue<string>(out var name))
            {
                keyed[name] = entry.DeepClone();
            }
        }

        return keyed;
    }

    private static JsonArray List(JsonObject keyed) => [.. keyed.Select(member => member.Value?.DeepClone())];
}
