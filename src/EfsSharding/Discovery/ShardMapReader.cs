using System.Net;

namespace EfsSharding.Discovery;

/// <summary>Believes a document member by member, or says which one it cannot.</summary>
internal sealed class ShardMapReader(string origin)
{
    public const int Schema = 1;
    public const int MaxWeight = 100;

    private static readonly string[] StateNames = ["active", "joining", "draining"];
    private static readonly string[] LayoutNames = ["plain", "bucketed"];

    public static string NameOf(FileSystemState state) => Enum.IsDefined(state) ? StateNames[(int)state] : state.ToString();

    public static string NameOf(FileLayout layout) => Enum.IsDefined(layout) ? LayoutNames[(int)layout] : layout.ToString();

    public ShardMap Read(ShardMapDocument? document)
    {
        if (document is null)
        {
            throw Broken("$", "it is null.");
        }

        if (document.Schema is { } schema and not Schema)
        {
            throw Broken("$.schema", $"schema {schema} is not known to this version, which reads {Schema}. Update the library.");
        }

        if (document.Revision < 0)
        {
            throw Broken("$.revision", "a revision is 0 or more.");
        }

        var targets = ReadTargets(document);
        return new ShardMap
        {
            Revision = document.Revision ?? 0,
            Layout = (FileLayout)IndexOf(LayoutNames, document.Layout, "$.layout"),
            MountTargets = targets,
            FileSystems = ReadFileSystems(document, targets),
        };
    }

    private List<MountTarget> ReadTargets(ShardMapDocument document)
    {
        if (document.MountTargets is not { Count: > 0 } documents)
        {
            throw Broken("$.mount_targets", "there must be at least one mount target.");
        }

        var targets = new List<MountTarget>(documents.Count);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < documents.Count; i++)
        {
            var target = ReadTarget(documents[i], $"$.mount_targets[{i}]", firstGeneration: document.Schema is null);
            if (!ids.Add(target.MountTargetId))
            {
                throw Broken($"$.mount_targets[{i}].mount_target_id", $"'{target.MountTargetId}' is listed twice.");
            }

            targets.Add(target);
        }

        return targets;
    }

    private MountTarget ReadTarget(MountTargetDocument? document, string at, bool firstGeneration)
    {
        if (document is null)
        {
            throw Broken(at, "a mount target is an object.");
        }

        return new MountTarget
        {
            MountTargetId = Required(document.MountTargetId, $"{at}.mount_target_id"),
            FileSystemId = document.FileSystemId is null && firstGeneration
                ? ShardMapCodec.UnnamedFileSystemId
                : Required(document.FileSystemId, $"{at}.file_system_id"),
            IpAddress = Address(document.IpAddress, $"{at}.ip_address"),
            Ipv6Address = Address(document.Ipv6Address, $"{at}.ipv6_address"),
            AvailabilityZone = document.AvailabilityZone,
            AvailabilityZoneId = document.AvailabilityZoneId,
            SubnetId = document.SubnetId,
            Weight = Weight(document.Weight, $"{at}.weight"),
        };
    }

    private List<FileSystem> ReadFileSystems(ShardMapDocument document, List<MountTarget> targets)
    {
        var reachable = targets.Select(t => t.FileSystemId).Distinct(StringComparer.Ordinal).ToList();
        if (document.FileSystems is not { } documents)
        {
            return [.. reachable.Select(id => new FileSystem { FileSystemId = id })];
        }

        var fileSystems = new List<FileSystem>(documents.Count);
        for (var i = 0; i < documents.Count; i++)
        {
            var at = $"$.file_systems[{i}]";
            var id = Required(documents[i]?.FileSystemId, $"{at}.file_system_id");
            if (!reachable.Remove(id))
            {
                throw Broken($"{at}.file_system_id", $"'{id}' is listed twice or no mount target leads to it.");
            }

            var state = (FileSystemState)IndexOf(StateNames, documents[i]!.State, $"{at}.state");
            fileSystems.Add(new FileSystem { FileSystemId = id, State = state, Weight = Weight(documents[i]!.Weight, $"{at}.weight") });
        }

        if (reachable.Count > 0)
        {
            throw Broken("$.file_systems", $"'{reachable[0]}' is missing, though a mount target leads to it.");
        }

        return fileSystems.Exists(f => f.State == FileSystemState.Active)
            ? fileSystems
            : throw Broken("$.file_systems", "at least one file system must be active.");
    }

    private int Weight(int? weight, string at) => weight switch
    {
        null => 1,
        >= 0 and <= MaxWeight => weight.Value,
        _ => throw Broken(at, $"{weight} is not a weight of 0 to {MaxWeight}."),
    };

    private string Required(string? id, string at) =>
        string.IsNullOrWhiteSpace(id) ? throw Broken(at, "it is missing or empty.") : id;

    private string? Address(string? address, string at) =>
        address is null || IPAddress.TryParse(address, out _) ? address : throw Broken(at, $"'{address}' is not an IP address.");

    private int IndexOf(string[] names, string? name, string at)
    {
        var index = name is null ? 0 : Array.IndexOf(names, name);
        return index >= 0 ? index : throw Broken(at, $"'{name}' is none of {string.Join(", ", names)}.");
    }

    private ShardMapFormatException Broken(string at, string problem) => new(origin, at, problem);
}
