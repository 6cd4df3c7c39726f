namespace EfsSharding.LocalAws;

/// <summary>What the account holds when the server starts, and how it behaves.</summary>
public sealed record LocalAwsOptions
{
    /// <summary>The port on 127.0.0.1.</summary>
    /// <value>0: any free port.</value>
    public int Port { get; init; }

    /// <summary>The Region in names and ARNs. Requests signed for another Region are served all the same.</summary>
    public string Region { get; init; } = "ap-northeast-1";

    public string AccountId { get; init; } = "000000000000";

    /// <summary>The only access key that there is.</summary>
    public string AccessKeyId { get; init; } = "local";

    public string SecretAccessKey { get; init; } = "local";

    /// <summary>How many Availability Zones the VPC has, one subnet in each: 1 to 26.</summary>
    public int AvailabilityZones { get; init; } = 3;

    /// <summary>How many of those have a mount target, available from the start.</summary>
    public int MountTargets { get; init; } = 1;

    public string VpcId { get; init; } = "vpc-0123456789abcdef0";

    /// <summary>The security groups of the VPC.</summary>
    public IReadOnlyList<string> SecurityGroups { get; init; } = ["sg-0123456789abcdef0"];

    public string FileSystemId { get; init; } = "fs-0123456789abcdef0";

    public string ClusterName { get; init; } = "local-cluster";

    public string ServiceName { get; init; } = "local-service";

    /// <summary>How long a new mount target stays <c>creating</c>.</summary>
    public TimeSpan MountTargetCreationTime { get; init; }

    /// <summary>How long a new deployment stays <c>IN_PROGRESS</c> beside the one that it replaces.</summary>
    public TimeSpan DeploymentTime { get; init; }

    /// <summary>The most entries in one page of a reply.</summary>
    public int PageSize { get; init; } = 100;

    /// <summary>Whether each page of mount targets begins with the last one of the page before, as when the list changes in between.</summary>
    public bool RepeatAcrossPages { get; init; }

    /// <summary>
    /// Whether CreateMountTarget for a subnet whose mount target is still <c>creating</c> answers with that one, as EFS does at times to
    /// parallel calls, and not with MountTargetConflict.
    /// </summary>
    public bool AnswerParallelCreatesAlike { get; init; }

    /// <summary>Whether a request that was signed more than 15 minutes off <see cref="TimeProvider"/> is refused.</summary>
    public bool RejectSkewedClocks { get; init; }

    /// <summary>The account's quota of network interfaces.</summary>
    public int NetworkInterfaceQuota { get; init; } = 5000;

    /// <summary>The clock of life cycles and timestamps.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
