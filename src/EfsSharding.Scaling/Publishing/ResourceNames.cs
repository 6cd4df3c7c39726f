using System.Text.Json.Nodes;

namespace EfsSharding.Scaling.Publishing;

/// <summary>Amazon resource names where ids belong: <c>arn:aws:elasticfilesystem:…:file-system/fs-…</c> is <c>fs-…</c>.</summary>
internal static class ResourceNames
{
    private static readonly string[] Lists = ["mount_targets", "file_systems"];
    private static readonly string[] Ids = ["mount_target_id", "file_system_id", "subnet_id"];

    /// <summary>The id in a resource name, or the text itself.</summary>
    public static string IdOf(string text) =>
        text.StartsWith("arn:", StringComparison.Ordinal) && text.LastIndexOf('/') is var slash and > 0 ? text[(slash + 1)..] : text;

    /// <summary>Writes the ids of a map in their short form.</summary>
    /// <returns>Whether any was a resource name.</returns>
    public static bool Shorten(JsonObject map)
    {
        var any = false;
        foreach (var entry in Lists.SelectMany(list => (map[list] as JsonArray)?.OfType<JsonObject>() ?? []))
        {
            foreach (var member in Ids)
            {
                if (entry[member] is JsonValue value && value.TryGetValue<string>(out var text) && IdOf(text) is var id && id != text)
                {
                    entry[member] = id;
                    any = true;
                }
            }
        }

        return any;
    }
}
