using Microsoft.Extensions.Options;

namespace EfsSharding.Scaling.DependencyInjection;

internal sealed class EfsScalingOptionsValidator : IValidateOptions<EfsScalingOptions>
{
    private const int MaxSecurityGroups = 5;
    private const int MaxDirectoriesInFlight = 1024;

    public ValidateOptionsResult Validate(string? name, EfsScalingOptions options)
    {
        var failures = new List<string>();
        Check(options.FileSystemId.StartsWith("fs-", StringComparison.Ordinal),
            $"FileSystemId is '{options.FileSystemId}'; it must be the id of a file system, fs-….");
        Check(!string.IsNullOrWhiteSpace(options.TargetDirectory), "TargetDirectory is empty; it must be the directory whose files are counted.");
        Check(!string.IsNullOrWhiteSpace(options.ParameterName), "ParameterName is empty; it must be the name of the SSM parameter for the shard map.");
        Check(!options.ParameterName.StartsWith("arn:", StringComparison.Ordinal),
            $"ParameterName is '{options.ParameterName}'; SSM writes parameters by their names only: set it to what comes after ':parameter' there.");
        Check(options.FileCountThreshold >= 0, $"FileCountThreshold is {options.FileCountThreshold}; it must be 0 or more.");
        Check(Enum.IsDefined(options.Policy), $"Policy is {options.Policy}; it must be PerMountTarget or Fixed.");
        Check(options.MaxMountTargets is null or >= 1, $"MaxMountTargets is {options.MaxMountTargets}; it must be 1 or more, or null.");
        Check(options.DirectoriesInFlight is null or (>= 1 and <= MaxDirectoriesInFlight),
            $"DirectoriesInFlight is {options.DirectoriesInFlight}; it must be 1 to {MaxDirectoriesInFlight}, or null.");
        Check(options.CoolDown >= TimeSpan.Zero, $"CoolDown is {options.CoolDown}; it must be zero or more.");
        CheckTime(options.CountTimeLimit, nameof(options.CountTimeLimit));
        CheckTime(options.MountTargetTimeout, nameof(options.MountTargetTimeout));
        CheckTime(options.Interval, nameof(options.Interval));
        Check(options.SecurityGroupIds.Count <= MaxSecurityGroups,
            $"SecurityGroupIds has {options.SecurityGroupIds.Count} groups; a mount target takes at most {MaxSecurityGroups}.");
        Check(options.IpAddressType is null or "IPV4_ONLY" or "IPV6_ONLY" or "DUAL_STACK",
            $"IpAddressType is '{options.IpAddressType}'; it must be IPV4_ONLY, IPV6_ONLY, DUAL_STACK or null.");
        Check(string.IsNullOrEmpty(options.ClusterName) == string.IsNullOrEmpty(options.ServiceName),
            $"ClusterName is '{options.ClusterName}' and ServiceName is '{options.ServiceName}'; set both, or neither for no rollout.");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void Check(bool isRight, string failure)
        {
            if (!isRight)
            {
                failures.Add(failure);
            }
        }

        void CheckTime(TimeSpan time, string option) =>
            Check(time > TimeSpan.Zero && time.TotalMilliseconds < int.MaxValue, $"{option} is {time}; it must be more than zero and less than 24 days.");
    }
}
