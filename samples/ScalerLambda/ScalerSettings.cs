using EfsSharding;
using EfsSharding.Scaling;
using Samples;
using ScalerLambda.Telemetry;

namespace ScalerLambda;

/// <summary>What the environment says of the function: the short variables first, then the options by their names.</summary>
internal sealed class ScalerSettings(Variables variables)
{
    private const string Direct = "direct";

    private readonly DirectNfsSettings _nfs = DirectNfsSettings.Read(variables.Text, variables.Problems);

    /// <summary>Whether the files are counted over direct NFS, and not where the file system is mounted.</summary>
    public bool CountsOverNfs { get; } = variables.Text("EFS_ACCESS") == Direct;

    public string? LogLevel { get; } = variables.Text("AWS_LAMBDA_LOG_LEVEL");

    /// <summary>Reads everything once, whether it is used or not, so that all that is wrong is said before anything is begun.</summary>
    /// <exception cref="SettingsException">A variable is missing or wrong; names them all.</exception>
    public void Check()
    {
        var options = new EfsScalingOptions();
        Apply(options);
        Apply(new DirectNfsOptions());
        Apply(new DirectNfsTlsOptions());
        Require(options.FileSystemId, "EFS_FILE_SYSTEM_ID", "the file system to scale, fs-…");
        Require(options.TargetDirectory, "TARGET_DIRECTORY", "the directory where the file system is mounted, or with EFS_ACCESS=direct the directory on it, for example /");
        Require(options.ParameterName, "SSM_PARAMETER_NAME", "the parameter that the shard map is published in");
        if (variables.Text("EFS_ACCESS") is { } access and not ("mounted" or Direct))
        {
            variables.Problems.Add($"EFS_ACCESS is '{access}'; it must be mounted or direct, or be left out for mounted");
        }

        if ((options.ClusterName is null) != (options.ServiceName is null))
        {
            variables.Problems.Add("ECS_CLUSTER_NAME and ECS_SERVICE_NAME belong together: set both, or neither for no rollout");
        }

        if (!JsonLoggerProvider.IsLevel(LogLevel))
        {
            variables.Problems.Add($"AWS_LAMBDA_LOG_LEVEL is '{LogLevel}'; it must be TRACE, DEBUG, INFO, WARN, ERROR or FATAL, or be left out for INFO");
        }

        variables.ThrowIfWrong();
    }

    public void Apply(EfsScalingOptions options)
    {
        var shortNames = new ShortVariables(variables);
        options.FileSystemId = variables.Text("EFS_FILE_SYSTEM_ID") ?? options.FileSystemId;
        options.TargetDirectory = variables.Text("TARGET_DIRECTORY") ?? options.TargetDirectory;
        options.ParameterName = variables.Text("SSM_PARAMETER_NAME") ?? options.ParameterName;
        options.RequireMount = shortNames.Switch("REQUIRE_MOUNT") ?? options.RequireMount;
        options.FileCountThreshold = shortNames.Count("FILE_COUNT_THRESHOLD") ?? options.FileCountThreshold;
        options.ClusterName = variables.Text("ECS_CLUSTER_NAME");
        options.ServiceName = variables.Text("ECS_SERVICE_NAME");
        options.VpcId = variables.Text("VPC_ID");
        foreach (var group in (variables.Text("SECURITY_GROUP_ID") ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            options.SecurityGroupIds.Add(group);
        }

        ScalingVariables.Apply(variables, options);
    }

    public void Apply(DirectNfsOptions options)
    {
        _nfs.Apply(options);
        DirectNfsVariables.Apply(variables, options);
    }

    public void Apply(DirectNfsTlsOptions options)
    {
        _nfs.Apply(options);
        DirectNfsVariables.Apply(variables, options);
    }

    private void Require(string value, string name, string meaning)
    {
        if (value.Length == 0)
        {
            variables.Problems.Add($"{name} is not set: {meaning}");
        }
    }
}
