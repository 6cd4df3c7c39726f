using EfsSharding.LocalAws.Ec2;
using EfsSharding.LocalAws.Ecs;
using EfsSharding.LocalAws.Efs;
using EfsSharding.LocalAws.Ssm;

namespace EfsSharding.LocalAws;

/// <summary>What the account holds, to look at and to arrange from a test. Safe for concurrent use.</summary>
public sealed class LocalAwsState
{
    private readonly LocalAwsOptions _options;

    internal LocalAwsState(LocalAwsOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.AvailabilityZones, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.AvailabilityZones, 26);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.MountTargets, options.AvailabilityZones);
        _options = options;
        Names = new ResourceNames(options.Region, options.AccountId);
        Network = new Network(Names, options);
        FileSystemsAndTargets = new FileSystems(Network, Names, options);
        ParameterStore = new ParameterStore(options.TimeProvider);
        Clusters = new Clusters(Names, options);
        Seed();
    }

    /// <summary>All subnets, in the order in which they were made.</summary>
    public IReadOnlyList<LocalSubnet> Subnets => Locked(() => (IReadOnlyList<LocalSubnet>)[.. Network.Subnets]);

    /// <summary>All file systems.</summary>
    public IReadOnlyList<LocalFileSystem> FileSystems => Locked(() => (IReadOnlyList<LocalFileSystem>)[.. FileSystemsAndTargets.All]);

    /// <summary>All mount targets, in the order in which they were made.</summary>
    public IReadOnlyList<LocalMountTarget> MountTargets =>
        Locked(() => (IReadOnlyList<LocalMountTarget>)[.. FileSystemsAndTargets.MountTargets]);

    internal Lock Gate { get; } = new();

    internal ResourceNames Names { get; }

    internal Network Network { get; }

    internal FileSystems FileSystemsAndTargets { get; }

    internal ParameterStore ParameterStore { get; }

    internal Clusters Clusters { get; }

    /// <summary>Adds a subnet to a zone, 0 for the first; several subnets may be in one zone.</summary>
    public LocalSubnet AddSubnet(int zone, string cidrBlock, string? vpcId = null, string? ipv6CidrBlock = null) => Locked(() =>
    {
        var subnet = Network.AddSubnet(vpcId ?? _options.VpcId, zone, cidrBlock);
        subnet.Ipv6CidrBlock = ipv6CidrBlock;
        return subnet;
    });

    /// <summary>Takes addresses of a subnet until so many are free.</summary>
    public void LeaveFreeAddresses(string subnetId, int free) => Locked(() =>
    {
        var subnet = Network.Find(subnetId) ?? throw new ArgumentException($"There is no subnet {subnetId}.", nameof(subnetId));
        while (subnet.AvailableIpAddressCount > free)
        {
            subnet.Take(wanted: null);
        }

        return subnet;
    });

    /// <summary>Makes a zone one that EFS is not offered in.</summary>
    public void WithdrawEfsFrom(string availabilityZone) => Locked(() => Network.ZonesWithoutEfs.Add(availabilityZone));

    /// <summary>Adds a Regional file system, or a One Zone one in the zone of a subnet.</summary>
    public LocalFileSystem AddFileSystem(string? fileSystemId = null, LocalSubnet? oneZone = null) =>
        Locked(() => FileSystemsAndTargets.Add(fileSystemId, oneZone));

    public void SetFileSystemState(string fileSystemId, string lifeCycleState) =>
        Locked(() => FileSystemsAndTargets.Get(fileSystemId).LifeCycleState = lifeCycleState);

    /// <summary>Adds a mount target that is available at once.</summary>
    public LocalMountTarget AddMountTarget(string fileSystemId, string subnetId) => Locked(() => FileSystemsAndTargets.CreateMountTarget(
        new MountTargetSpecification { FileSystemId = fileSystemId, SubnetId = subnetId }, TimeSpan.Zero).Target);

    /// <summary>Gives a mount target a state to stay in; null lets it go its normal way again.</summary>
    public void SetMountTargetState(string mountTargetId, string? lifeCycleState) =>
        Locked(() => Target(mountTargetId).FixedState = lifeCycleState);

    public void RemoveMountTarget(string mountTargetId) => Locked(() =>
    {
        FileSystemsAndTargets.Remove(Target(mountTargetId));
        return mountTargetId;
    });

    /// <summary>The newest version of a parameter, or null when there is none.</summary>
    public LocalParameter? Parameter(string name) => Locked(() => ParameterStore.Find(name));

    /// <summary>The versions of a parameter that are kept, the newest last.</summary>
    public IReadOnlyList<LocalParameter> ParameterVersions(string name) => Locked(() => ParameterStore.Versions(name));

    /// <summary>Writes a parameter of type String, making it if there is none.</summary>
    public LocalParameter PutParameter(string name, string value, string tier = "Intelligent-Tiering") =>
        Locked(() => ParameterStore.Put(name, value, "String", tier, dataType: null, overwrite: true));

    /// <summary>Writes a parameter of any type, with whatever belongs to it.</summary>
    public LocalParameter PutParameter(LocalParameter parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        return Locked(() => ParameterStore.Put(
            parameter.Name, parameter.Value, parameter.Type, parameter.Tier, parameter.DataType, overwrite: true, parameter.KeyId, parameter.Description, parameter.AllowedPattern));
    }

    /// <summary>Lets so many reads of a parameter not know one version yet, as from a replica that lags behind.</summary>
    public void HideVersion(string name, long version, int reads) => Locked(() =>
    {
        ParameterStore.Hide(name, version, reads);
        return version;
    });

    public bool RemoveParameter(string name) => Locked(() => ParameterStore.Remove(name));

    /// <summary>The service of the options, or another one.</summary>
    public LocalService Service(string? cluster = null, string? service = null) => Locked(() =>
        Clusters.Find(cluster ?? _options.ClusterName, service ?? _options.ServiceName)
        ?? throw new ArgumentException($"There is no service {service} in cluster {cluster}.", nameof(service)));

    /// <summary>Adds a service, and its cluster if there is none, with one completed deployment.</summary>
    public LocalService AddService(string cluster, string service, int desiredCount = 2, DateTimeOffset? deployedAt = null) =>
        Locked(() => Clusters.Add(cluster, service, desiredCount, deployedAt ?? _options.TimeProvider.GetUtcNow()));

    public void SetServiceStatus(string cluster, string service, string status) =>
        Locked(() => Clusters.Find(cluster, service)!.Status = status);

    /// <summary>Gives a service a deployment controller: <c>ECS</c>, <c>CODE_DEPLOY</c> or <c>EXTERNAL</c>.</summary>
    public void SetDeploymentController(string cluster, string service, string type) =>
        Locked(() => Clusters.Find(cluster, service)!.DeploymentController = type);

    /// <summary>Makes the deployment before the primary one the primary again, as it was made, as ECS does when tasks do not start.</summary>
    public void RollBack(string cluster, string service) => Locked(() =>
    {
        var found = Clusters.Find(cluster, service)!;
        found.Add(found.Deployments[^2]);
        return found;
    });

    private LocalMountTarget Target(string mountTargetId) =>
        FileSystemsAndTargets.MountTargets.FirstOrDefault(target => target.MountTargetId == mountTargetId)
        ?? throw new ArgumentException($"There is no mount target {mountTargetId}.", nameof(mountTargetId));

    private void Seed()
    {
        foreach (var group in _options.SecurityGroups)
        {
            Network.AddSecurityGroup(group, _options.VpcId);
        }

        AddFileSystem(_options.FileSystemId);
        for (var zone = 0; zone < _options.AvailabilityZones; zone++)
        {
            var subnet = AddSubnet(zone, $"10.0.{zone}.0/24");
            if (zone < _options.MountTargets)
            {
                AddMountTarget(_options.FileSystemId, subnet.SubnetId);
            }
        }

        AddService(_options.ClusterName, _options.ServiceName);
    }

    private T Locked<T>(Func<T> act)
    {
        lock (Gate)
        {
            return act();
        }
    }
}
