using System.Text.Json;

namespace EfsSharding;

using EfsSharding.Discovery;

/// <summary>Turns the published JSON document into a <see cref="ShardMap"/> and back.</summary>
public static class ShardMapCodec
{
    /// <summary>The most characters that a parameter of the standard tier holds. Source: SSM quotas, "Parameter value size".</summary>
    public const int StandardTierLimit = 4096;

    /// <summary>The most characters that a parameter of the advanced tier holds. Source: SSM quotas, "Parameter value size".</summary>
    public const int AdvancedTierLimit = 8192;

    /// <summary>The file system id given to the one file system of a first-generation document that does not name it.</summary>
    public const string UnnamedFileSystemId = "fs-unnamed";

    /// <summary>Reads a document. Unknown members are ignored; one without <c>schema</c> is read as the first generation's.</summary>
    /// <param name="json">The document.</param>
    /// <param name="origin">Names the document in errors, for example the SSM parameter's name.</param>
    /// <exception cref="ShardMapFormatException">The document is broken; says where.</exception>
    public static ShardMap Parse(string json, string origin)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(origin);
        try
        {
            // Some editors begin a file with a byte-order mark.
            var document = JsonSerializer.Deserialize(json.AsSpan().TrimStart('\uFEFF'), ShardMapJsonContext.Default.ShardMapDocument);
            return new ShardMapReader(origin).Read(document);
        }
        catch (JsonException e)
        {
            // LineNumber counts from 0.
            var position = $"line {e.LineNumber + 1}, byte {e.BytePositionInLine}" + (e.Path is null or "$" ? "" : $" ({e.Path})");
            throw new ShardMapFormatException(origin, position, $"it is not the JSON of a shard map: {Reason(e)}", e);
        }
    }

    /// <summary>Writes a document as compact JSON with members in a fixed order. Members that are null are left out.</summary>
    /// <param name="map">The map.</param>
    public static string Serialize(ShardMap map)
    {
        ArgumentNullException.ThrowIfNull(map);
        return JsonSerializer.Serialize(ToDocument(map), ShardMapJsonContext.Default.ShardMapDocument);
    }

    /// <summary>Holds a map that was made in memory to the rules of a document.</summary>
    /// <returns>A copy, which nobody else can change.</returns>
    /// <exception cref="ShardMapFormatException">It breaks one; says where.</exception>
    internal static ShardMap Check(ShardMap? map, string origin) => new ShardMapReader(origin).Read(map is null ? null : ToDocument(map));

    private static ShardMapDocument ToDocument(ShardMap map) => new()
    {
        Schema = ShardMapReader.Schema,
        Revision = map.Revision,
        Layout = ShardMapReader.NameOf(map.Layout),
        MountTargets = [.. (map.MountTargets ?? []).Select(t => t is null ? null : ToDocument(t))],
        FileSystems = [.. (map.FileSystems ?? []).Select(f => f is null ? null : ToDocument(f))],
    };

    /// <summary>What the reader of JSON says, without the position, which it repeats.</summary>
    private static string Reason(JsonException e)
    {
        var end = e.Message.IndexOf(" Path: ", StringComparison.Ordinal);
        return (end < 0 ? e.Message : e.Message[..end]).Split(" LineNumber: ")[0].TrimEnd('.') + ".";
    }

    private static MountTargetDocument ToDocument(MountTarget target) => new()
    {
        MountTargetId = target.MountTargetId,
        FileSystemId = target.FileSystemId,
        IpAddress = target.IpAddress,
        Ipv6Address = target.Ipv6Address,
        AvailabilityZone = target.AvailabilityZone,
        AvailabilityZoneId = target.AvailabilityZoneId,
        SubnetId = target.SubnetId,
        Weight = target.Weight,
    };

    private static FileSystemDocument ToDocument(FileSystem fileSystem) => new()
    {
        FileSystemId = fileSystem.FileSystemId,
        State = ShardMapReader.NameOf(fileSystem.State),
        Weight = fileSystem.Weight,
    };
}
