using System.Text.Json;

namespace EfsSharding.Tests.Routing;

/// <summary>What another implementation, tests/routing/reference.py, says of the routing rules.</summary>
internal static class GoldenVectors
{
    private static readonly JsonElement Root = Load();

    public static IEnumerable<(string Path, ulong Hash, int Bucket)> Paths =>
        Root.GetProperty("paths").EnumerateArray().Select(p => (
            p.GetProperty("path").GetString()!,
            Convert.ToUInt64(p.GetProperty("hash").GetString(), 16),
            p.GetProperty("bucket").GetInt32()));

    public static IEnumerable<((string Id, int Weight)[] Candidates, int Bucket, string[] Order)> Ranks =>
        from set in Root.GetProperty("ranks").EnumerateArray()
        from order in set.GetProperty("orders").EnumerateArray()
        select (
            set.GetProperty("weights").EnumerateObject().Select(w => (w.Name, w.Value.GetInt32())).ToArray(),
            order.GetProperty("bucket").GetInt32(),
            Strings(order.GetProperty("order")));

    public static IEnumerable<(FileSystem[] FileSystems, int Bucket, string[] Order)> Holders =>
        from shard in Root.GetProperty("holders").EnumerateArray()
        from order in shard.GetProperty("orders").EnumerateArray()
        select (
            shard.GetProperty("file_systems").EnumerateArray().Select(ToFileSystem).ToArray(),
            order.GetProperty("bucket").GetInt32(),
            Strings(order.GetProperty("order")));

    public static IEnumerable<(string Path, int Count, int Index)> Modulo =>
        from vector in Root.GetProperty("modulo").EnumerateArray()
        from target in vector.GetProperty("targets").EnumerateObject()
        select (vector.GetProperty("path").GetString()!, int.Parse(target.Name, System.Globalization.CultureInfo.InvariantCulture), target.Value.GetInt32());

    private static string[] Strings(JsonElement array) => [.. array.EnumerateArray().Select(s => s.GetString()!)];

    private static FileSystem ToFileSystem(JsonElement fileSystem) => new()
    {
        FileSystemId = fileSystem.GetProperty("id").GetString()!,
        Weight = fileSystem.GetProperty("weight").GetInt32(),
        State = Enum.Parse<FileSystemState>(fileSystem.GetProperty("state").GetString()!, ignoreCase: true),
    };

    private static JsonElement Load()
    {
        using var stream = typeof(GoldenVectors).Assembly.GetManifestResourceStream("golden-vectors.json")!;
        return JsonSerializer.Deserialize<JsonElement>(stream);
    }
}
