using System.Globalization;
using EfsSharding.Scaling;
using Samples;

namespace ScalerLambda;

/// <summary>The environment variables of the function, and what they set.</summary>
internal sealed class ScalerSettings(Func<string, string?> environment)
{
    private const long DefaultThreshold = 100_000;

    /// <summary>How the files are counted over direct NFS; null when they are counted where the file system is mounted. Known once the settings were applied.</summary>
    public DirectNfsSettings? Nfs { get; private set; }

    /// <exception cref="SettingsException">A variable is missing or wrong; names them all.</exception>
    public void Apply(EfsScalingOptions options)
    {
        var problems = new List<string>();
        Nfs = Access() == "direct" ? DirectNfsSettings.Read(environment, problems) : null;
        options.FileSystemId = Required("EFS_FILE_SYSTEM_ID", "the file system to scale, fs-…");
        options.TargetDirectory = Required("TARGET_DIRECTORY", "the directory where the file system is mounted, or with EFS_ACCESS=direct the directory on it, for example /");
        options.ParameterName = Required("SSM_PARAMETER_NAME", "the parameter that the shard map is published in");
        options.RequireMount = RequireMount();
        options.FileCountThreshold = Threshold();
        options.ClusterName = Optional("ECS_CLUSTER_NAME");
        options.ServiceName = Optional("ECS_SERVICE_NAME");
        options.VpcId = Optional("VPC_ID");
        foreach (var group in (Optional("SECURITY_GROUP_ID") ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            options.SecurityGroupIds.Add(group);
        }

        if ((options.ClusterName is null) != (options.ServiceName is null))
        {
            problems.Add("ECS_CLUSTER_NAME and ECS_SERVICE_NAME belong together: set both, or neither for no rollout");
        }

        if (problems.Count > 0)
        {
            throw new SettingsException(string.Join("; ", problems) + ".");
        }

        string Required(string name, string meaning)
        {
            var value = Optional(name);
            if (value is null)
            {
                problems.Add($"{name} is not set: {meaning}");
            }

            return value ?? "";
        }

        string Access()
        {
            var value = Optional("EFS_ACCESS") ?? "mounted";
            if (value is not ("mounted" or "direct"))
            {
                problems.Add($"EFS_ACCESS is '{value}'; it must be mounted or direct, or be left out for mounted");
            }

            return value;
        }

        bool? RequireMount()
        {
            var value = Optional("REQUIRE_MOUNT");
            if (value is null || bool.TryParse(value, out _))
            {
                return value is null ? null : bool.Parse(value);
            }

            problems.Add($"REQUIRE_MOUNT is '{value}'; it must be true or false, or be left out");
            return null;
        }

        long Threshold()
        {
            var value = Optional("FILE_COUNT_THRESHOLD");
            if (value is null)
            {
                return DefaultThreshold;
            }

            if (long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var threshold))
            {
                return threshold;
            }

            problems.Add($"FILE_COUNT_THRESHOLD is '{value}'; it must be a number of files, 0 or more");
            return DefaultThreshold;
        }
    }

    private string? Optional(string name) => environment(name)?.Trim() is { Length: > 0 } value ? value : null;
}
