using System.Net;
using EfsSharding.LocalAws.Ec2;

namespace EfsSharding.LocalAws.Efs;

/// <summary>The file systems and their mount targets, with the rules of the EFS API (CreateMountTarget).</summary>
internal sealed class FileSystems(Network network, ResourceNames names, LocalAwsOptions options)
{
    private const int MaxSecurityGroups = 5;

    private readonly List<LocalFileSystem> _fileSystems = [];
    private readonly List<LocalMountTarget> _mountTargets = [];

    public IReadOnlyList<LocalFileSystem> All => _fileSystems;

    public IReadOnlyList<LocalMountTarget> MountTargets => _mountTargets;

    public LocalFileSystem Add(string? fileSystemId, LocalSubnet? oneZone)
    {
        var fileSystem = new LocalFileSystem
        {
            FileSystemId = fileSystemId ?? names.NewId("fs"),
            CreationTime = options.TimeProvider.GetUtcNow(),
            OneZone = oneZone?.AvailabilityZone,
            OneZoneId = oneZone?.AvailabilityZoneId,
        };
        _fileSystems.Add(fileSystem);
        return fileSystem;
    }

    public LocalFileSystem Get(string? fileSystemId) => _fileSystems.Find(f => f.FileSystemId == fileSystemId)
        ?? throw EfsErrors.New("FileSystemNotFound", $"File system '{fileSystemId}' does not exist.");

    public (LocalMountTarget Target, bool Created) CreateMountTarget(MountTargetSpecification wanted, TimeSpan creationTime)
    {
        var fileSystem = Get(wanted.FileSystemId);
        if (fileSystem.LifeCycleState != "available")
        {
            throw EfsErrors.New("IncorrectFileSystemLifeCycleState", $"The file system is {fileSystem.LifeCycleState}, not available.");
        }

        var subnet = network.Find(wanted.SubnetId)
            ?? throw EfsErrors.New("SubnetNotFound", $"The subnet ID '{wanted.SubnetId}' does not exist.");
        CheckSecurityGroups(wanted, subnet);
        CheckZone(fileSystem, subnet);
        if (options.AnswerParallelCreatesAlike && Creating(fileSystem, subnet) is { } twin)
        {
            return (twin, false);
        }

        CheckConflict(fileSystem, subnet);
        var target = Place(wanted, subnet, creationTime);
        _mountTargets.Add(target);
        return (target, true);
    }

    public void Remove(LocalMountTarget target)
    {
        _mountTargets.Remove(target);
        network.RemoveInterface();
        if (target.IpAddress is not null)
        {
            target.Subnet.Release(target.IpAddress);
        }
    }

    private void CheckSecurityGroups(MountTargetSpecification wanted, LocalSubnet subnet)
    {
        if (wanted.SecurityGroups.Count > MaxSecurityGroups)
        {
            throw EfsErrors.New("SecurityGroupLimitExceeded", $"A mount target takes at most {MaxSecurityGroups} security groups.");
        }

        if (wanted.SecurityGroups.FirstOrDefault(group => !network.HasSecurityGroup(group, subnet.VpcId)) is { } unknown)
        {
            throw EfsErrors.New("SecurityGroupNotFound", $"The security group '{unknown}' does not exist in {subnet.VpcId}.");
        }
    }

    private void CheckZone(LocalFileSystem fileSystem, LocalSubnet subnet)
    {
        if (fileSystem.OneZone is { } zone && zone != subnet.AvailabilityZone)
        {
            throw EfsErrors.New("AvailabilityZonesMismatch", $"The file system is in {zone}, the subnet in {subnet.AvailabilityZone}.");
        }

        if (network.ZonesWithoutEfs.Contains(subnet.AvailabilityZone))
        {
            throw EfsErrors.New("UnsupportedAvailabilityZone", $"EFS is not available in {subnet.AvailabilityZone}.");
        }
    }

    private void CheckConflict(LocalFileSystem fileSystem, LocalSubnet subnet)
    {
        foreach (var other in _mountTargets.Where(other => other.FileSystemId == fileSystem.FileSystemId && other.FixedState != "deleted"))
        {
            if (other.Subnet.AvailabilityZone == subnet.AvailabilityZone)
            {
                throw EfsErrors.New("MountTargetConflict", $"mount target already exists in this AZ: {other.MountTargetId}");
            }

            if (other.Subnet.VpcId != subnet.VpcId)
            {
                throw EfsErrors.New(
                    "MountTargetConflict", $"requested subnet is not in the same VPC as existing mount targets: {other.Subnet.VpcId}");
            }
        }
    }

    private LocalMountTarget? Creating(LocalFileSystem fileSystem, LocalSubnet subnet)
    {
        var now = options.TimeProvider.GetUtcNow();
        return _mountTargets.Find(other =>
            other.FileSystemId == fileSystem.FileSystemId && other.Subnet == subnet && other.LifeCycleStateAt(now) == "creating");
    }

    private LocalMountTarget Place(MountTargetSpecification wanted, LocalSubnet subnet, TimeSpan creationTime)
    {
        var ipv6 = wanted.TakesIpv6 ? Ipv6In(subnet) : null;
        var ipv4 = wanted.TakesIpv4 ? Ipv4In(subnet, wanted.IpAddress) : null;
        var networkInterface = network.NewInterface();
        if (networkInterface is null)
        {
            if (ipv4 is not null)
            {
                subnet.Release(ipv4);
            }

            throw EfsErrors.New("NetworkInterfaceLimitExceeded", "The account's network interface quota in this Region is used up.");
        }

        return new LocalMountTarget
        {
            MountTargetId = names.NewId("fsmt"),
            FileSystemId = wanted.FileSystemId,
            Subnet = subnet,
            NetworkInterfaceId = networkInterface,
            IpAddress = ipv4,
            Ipv6Address = ipv6,
            SecurityGroups = wanted.SecurityGroups,
            AvailableAt = options.TimeProvider.GetUtcNow() + creationTime,
        };
    }

    private static IPAddress Ipv4In(LocalSubnet subnet, IPAddress? wanted)
    {
        if (wanted is not null && !subnet.Contains(wanted))
        {
            throw EfsErrors.New("BadRequest", $"{wanted} is not an address of {subnet.CidrBlock}.");
        }

        return subnet.Take(wanted) ?? throw (wanted is null
            ? EfsErrors.New("NoFreeAddressesInSubnet", $"{subnet.SubnetId} has no free address.")
            : EfsErrors.New("IpAddressInUse", $"{wanted} is in use."));
    }

    private static IPAddress Ipv6In(LocalSubnet subnet)
    {
        if (subnet.Ipv6CidrBlock is not { } block)
        {
            throw EfsErrors.New("BadRequest", $"{subnet.SubnetId} has no IPv6 block.");
        }

        var bytes = IPNetwork.Parse(block).BaseAddress.GetAddressBytes();
        bytes[^1] = 0x10;
        return new IPAddress(bytes);
    }
}
