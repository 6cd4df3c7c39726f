namespace EfsSharding;

/// <summary>Settings of one store, whatever way it reaches its targets.</summary>
public sealed class EfsShardingOptions
{
    /// <summary>The SSM parameter that holds the shard map, for example <c>/efs-sharding/map</c>.</summary>
    /// <value>Null: <see cref="DefaultTargets"/> are the map.</value>
    public string? ParameterName { get; set; }

    /// <summary>The targets to use when the first read of the parameter fails, or when there is no parameter.</summary>
    /// <value>Empty: a failed first read is a failed start.</value>
    public IList<MountTarget> DefaultTargets { get; } = [];

    /// <summary>Where the files of <see cref="DefaultTargets"/> are; it must be what the published map says, if there is one.</summary>
    /// <value><see cref="FileLayout.Plain"/>.</value>
    public FileLayout DefaultLayout { get; set; }

    /// <summary>The age at which the shard map is read again, on the next access or by the hosted service.</summary>
    /// <value>30 seconds. Standard SSM throughput is 40 reads a second for all readers of an account and region.</value>
    public TimeSpan RefreshInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a target may make no progress with an operation before the next-ranked one is tried. A large file may take as long as it
    /// takes, and an operation waits for its turn for as long as others get theirs.
    /// </summary>
    /// <value>5 seconds. EFS answers in milliseconds; a kernel mount with the options AWS recommends would wait for minutes.</value>
    public TimeSpan OperationTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Operations under way on one target at once; more wait in order.</summary>
    /// <value>64.</value>
    public int MaxConcurrentOperationsPerTarget { get; set; } = 64;

    /// <summary>How long one attempt to reach a target may take.</summary>
    /// <value>30 seconds.</value>
    public TimeSpan MountTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The wait before a failed target is tried again; it doubles with each failure up to <see cref="MaxRetryDelay"/>.</summary>
    /// <value>1 second.</value>
    public TimeSpan MinRetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait before a failed target is tried again.</summary>
    /// <value>30 seconds.</value>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The rule that spreads paths over targets.</summary>
    /// <value><see cref="RoutingRule.Rendezvous"/>.</value>
    public RoutingRule RoutingRule { get; set; }

    /// <summary>Which of a file system's mount targets is asked first.</summary>
    /// <value><see cref="MountTargetOrder.ByHash"/>.</value>
    public MountTargetOrder MountTargetOrder { get; set; }

    /// <summary>The Availability Zone of this process for <see cref="MountTargetOrder.SameZoneFirst"/>, by name (<c>eu-west-1a</c>) or id (<c>euw1-az1</c>).</summary>
    /// <value>Null: asked of the ECS task metadata, else of the EC2 instance metadata.</value>
    public string? AvailabilityZone { get; set; }
}
