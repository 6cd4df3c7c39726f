namespace EfsSharding.Scaling;

/// <summary>Settings of the scaling of one file system.</summary>
public sealed class EfsScalingOptions
{
    /// <summary>The file system to scale, <c>fs-…</c> or its Amazon resource name. Required.</summary>
    public string FileSystemId { get; set; } = "";

    /// <summary>
    /// The directory whose files are counted, as this machine has it mounted, for example <c>/mnt/efs</c>; when they are counted over direct
    /// NFS, as it is on the file system or its access point, for example <c>/</c>. Required.
    /// </summary>
    public string TargetDirectory { get; set; } = "";

    /// <summary>
    /// Whether the directory must lie on a network mount. The place where a file system is not mounted holds no files, and counting
    /// them would say that no mount target is ever needed.
    /// </summary>
    /// <value>Null: it may be an ordinary directory, but not an empty one. True: it must. False: any directory is counted.</value>
    public bool? RequireMount { get; set; }

    /// <summary>The SSM parameter that the shard map is published in, by its name, for example <c>/efs-sharding/map</c>. Required.</summary>
    public string ParameterName { get; set; } = "";

    /// <summary>Above how many files a mount target is added; what it is the number of is for <see cref="Policy"/> to say.</summary>
    /// <value>100,000.</value>
    public long FileCountThreshold { get; set; } = 100_000;

    /// <summary>How the threshold is applied.</summary>
    /// <value><see cref="ThresholdPolicy.PerMountTarget"/>.</value>
    public ThresholdPolicy Policy { get; set; }

    /// <summary>How many mount targets the file system may have.</summary>
    /// <value>Null: one in each Availability Zone that has a subnet.</value>
    public int? MaxMountTargets { get; set; }

    /// <summary>How long after one addition the next may come. The time of an addition is kept in the published document, for each file system.</summary>
    /// <value>10 minutes.</value>
    public TimeSpan CoolDown { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Whether counting stops as soon as the threshold is passed for certain.</summary>
    /// <value>False: the count is exact.</value>
    public bool CountOnlyToThreshold { get; set; }

    /// <summary>How long counting may take.</summary>
    /// <value>10 minutes.</value>
    public TimeSpan CountTimeLimit { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How many directories are read at once.</summary>
    /// <value>Null: 64 over direct NFS, 32 on a mounted network file system, else one for each processor.</value>
    public int? DirectoriesInFlight { get; set; }

    /// <summary>The VPC whose subnets are considered, <c>vpc-…</c>.</summary>
    /// <value>Null: that of the mount targets there are.</value>
    public string? VpcId { get; set; }

    /// <summary>The subnets that a mount target may be made in, <c>subnet-…</c>.</summary>
    /// <value>Empty: all of the VPC.</value>
    public IList<string> SubnetIds { get; } = [];

    /// <summary>The security groups of a new mount target, <c>sg-…</c>, at most 5. They must let TCP port 2049 in.</summary>
    /// <value>Empty: EFS takes the VPC's default group.</value>
    public IList<string> SecurityGroupIds { get; } = [];

    /// <summary><c>IPV4_ONLY</c>, <c>IPV6_ONLY</c> or <c>DUAL_STACK</c>.</summary>
    /// <value>Null: EFS takes <c>IPV4_ONLY</c>.</value>
    public string? IpAddressType { get; set; }

    /// <summary>How long to wait for a new mount target to become available. It usually takes one or two minutes.</summary>
    /// <value>5 minutes. When they are over the run fails, and a later one publishes the mount target.</value>
    public TimeSpan MountTargetTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Whether a shard map of more than 4,096 characters may be published, in the advanced tier of SSM, which costs money.</summary>
    /// <value>True.</value>
    public bool AllowAdvancedTier { get; set; } = true;

    /// <summary>The ECS cluster of the service to roll out to, by name or ARN.</summary>
    /// <value>Null: nothing is rolled out; readers pick the new map up by themselves.</value>
    public string? ClusterName { get; set; }

    /// <summary>The ECS service to roll out to, by name or ARN.</summary>
    /// <value>Null: nothing is rolled out; readers pick the new map up by themselves.</value>
    public string? ServiceName { get; set; }

    /// <summary>Whether runs only say what they would do.</summary>
    /// <value>False.</value>
    public bool PlanOnly { get; set; }

    /// <summary>The time from the end of one scheduled run to the start of the next.</summary>
    /// <value>15 minutes.</value>
    public TimeSpan Interval { get; set; } = TimeSpan.FromMinutes(15);
}
