using System.Net;
using System.Net.Sockets;

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
            MountTargetId = Id(document.MountTargetId, "mount-target/", $"{at}.mount_target_id"),
            FileSystemId = document.FileSystemId is null && firstGeneration
                ? ShardMapCodec.UnnamedFileSystemId
                : Id(document.FileSystemId, "file-system/", $"{at}.file_system_id"),
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
            var id = Id(documents[i]?.FileSystemId, "file-system/", $"{at}.file_system_id");
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

    /// <summary>Routing ranks by ids, so that one thing must have one id: an ARN stands for the id at its end (Service Authorization Reference, Amazon EFS).</summary>
    private string Id(string? text, string resource, string at)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            throw Broken(at, "it is missing or empty.");
        }

        var id = text;
        if (text.StartsWith("arn:", StringComparison.Ordinal))
        {
            id = text.Split(':', 6) is [_, _, "elasticfilesystem", _, _, var name] && name.StartsWith(resource, StringComparison.Ordinal)
                ? name[resource.Length..]
                : throw Broken(at, $"'{text}' is not the ARN of a {resource.TrimEnd('/').Replace('-', ' ')}.");
        }

        return id.Length > 0 && !id.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c is '/' or ':')
            ? id
            : throw Broken(at, $"'{text}' is not an id.");
    }

    /// <summary>.NET reads 010.0.0.1 as octal and 10.1 as 10.0.0.1, other systems do not: what can be read in two ways is refused.</summary>
    private string? Address(string? address, string at)
    {
        if (address is null)
        {
            return null;
        }

        if (!IPAddress.TryParse(address, out var parsed) || address.AsSpan().ContainsAny("[]%"))
        {
            throw Broken(at, $"'{address}' is not an IP address.");
        }

        if (parsed.AddressFamily == AddressFamily.InterNetwork && parsed.ToString() != address)
        {
            throw Broken(at, $"'{address}' can be read in more than one way; write it as four decimal numbers without leading zeros, such as 10.0.1.100.");
        }

        return parsed.Equals(IPAddress.Any) || parsed.Equals(IPAddress.IPv6Any) || parsed.Equals(IPAddress.Broadcast) || parsed.IsIPv6Multicast
            ? throw Broken(at, $"'{address}' is no address of a server.")
            : address;
    }

    private int IndexOf(string[] names, string? name, string at)
    {
        var index = name is null ? 0 : Array.IndexOf(names, name);
        return index >= 0 ? index : throw Broken(at, $"'{name}' is none of {string.Join(", ", names)}.");
    }

    private ShardMapFormatException Broken(string at, string problem) => new(origin, at, problem);
}
