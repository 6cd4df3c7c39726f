using Microsoft.Extensions.Logging;

namespace EfsSharding.Scaling.Diagnostics;

/// <summary>The log messages of scaling, event ids 2000–2099.</summary>
internal static partial class ScalingLog
{
    [LoggerMessage(2000, LogLevel.Information, "{FileSystemId}: {Files} files (complete: {IsComplete}) in {Directories} directories, counted in {Seconds:0.000} s.", EventName = "FilesCounted")]
    public static partial void FilesCounted(this ILogger logger, string fileSystemId, long files, bool isComplete, long directories, double seconds);

    [LoggerMessage(2001, LogLevel.Information, "{FileSystemId}: {Reason}: {Explanation}", EventName = "ScalingDecided")]
    public static partial void ScalingDecided(this ILogger logger, string fileSystemId, ScalingReason reason, string explanation);

    [LoggerMessage(2002, LogLevel.Information, "Mount target {MountTargetId} is being made in {SubnetId} ({Zone}).", EventName = "MountTargetCreated")]
    public static partial void MountTargetCreated(this ILogger logger, string mountTargetId, string subnetId, string zone);

    [LoggerMessage(2003, LogLevel.Warning, "EFS makes no mount target in {SubnetId} ({Zone}): {ErrorCode}: {Problem}", EventName = "CreateMountTargetRefused")]
    public static partial void CreateMountTargetRefused(this ILogger logger, string subnetId, string zone, string? errorCode, string problem);

    [LoggerMessage(2004, LogLevel.Information, "{FileSystemId}: no mount target is on its way any more, after {Seconds:0} s.", EventName = "MountTargetsAvailable")]
    public static partial void MountTargetsAvailable(this ILogger logger, string fileSystemId, double seconds);

    [LoggerMessage(2005, LogLevel.Information, "Published revision {Revision} with {MountTargets} mount targets in {ParameterName}.", EventName = "MapPublished")]
    public static partial void MapPublished(this ILogger logger, string parameterName, long revision, int mountTargets);

    [LoggerMessage(2006, LogLevel.Warning, "Somebody else wrote {ParameterName} at the same time; it has version {Version} now and is merged again.", EventName = "MapWrittenByOthers")]
    public static partial void MapWrittenByOthers(this ILogger logger, string parameterName, long version);

    [LoggerMessage(2007, LogLevel.Information, "Forced a new deployment of {ServiceName} in {ClusterName}.", EventName = "DeploymentForced")]
    public static partial void DeploymentForced(this ILogger logger, string clusterName, string serviceName);

    [LoggerMessage(2008, LogLevel.Error, "{FileSystemId}: scaling failed at '{Step}'; nothing after it was done. {Problem}", EventName = "ScalingFailed")]
    public static partial void ScalingFailed(this ILogger logger, Exception exception, string fileSystemId, string step, string problem);

    [LoggerMessage(2009, LogLevel.Information, "{FileSystemId}: scaling ended after {Seconds:0.000} s.", EventName = "ScalingCompleted")]
    public static partial void ScalingCompleted(this ILogger logger, string fileSystemId, double seconds);

    [LoggerMessage(2010, LogLevel.Error, "A scheduled scaling run failed unexpectedly; the next one comes in {Interval}.", EventName = "ScheduledRunFailed")]
    public static partial void ScheduledRunFailed(this ILogger logger, Exception exception, TimeSpan interval);

    [LoggerMessage(2011, LogLevel.Information, "{FileSystemId}: files are counted over NFS through {MountTargetId}.", EventName = "CountingThrough")]
    public static partial void CountingThrough(this ILogger logger, string fileSystemId, string mountTargetId);

    [LoggerMessage(2012, LogLevel.Warning, "{FileSystemId}: {MountTargetId} does not serve the count; the next mount target is tried.", EventName = "CountingTargetFailed")]
    public static partial void CountingTargetFailed(this ILogger logger, Exception exception, string fileSystemId, string mountTargetId);
}
