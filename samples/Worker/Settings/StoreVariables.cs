using EfsSharding;
using Samples;

namespace Worker.Settings;

/// <summary>Each option of the store and of the ways to its targets, by its name.</summary>
internal static class StoreVariables
{
    public static void Apply(Variables variables, EfsShardingOptions options)
    {
        var section = new OptionVariables(variables, "EfsSharding");
        section.Text("ParameterName", value => options.ParameterName = value);
        section.Duration("RefreshInterval", value => options.RefreshInterval = value);
        section.Duration("OperationTimeout", value => options.OperationTimeout = value);
        section.Number<int>("MaxConcurrentOperationsPerTarget", value => options.MaxConcurrentOperationsPerTarget = value);
        section.Duration("MountTimeout", value => options.MountTimeout = value);
        section.Duration("MinRetryDelay", value => options.MinRetryDelay = value);
        section.Duration("MaxRetryDelay", value => options.MaxRetryDelay = value);
        section.Choice<MountTargetOrder>("MountTargetOrder", value => options.MountTargetOrder = value);
        section.Text("AvailabilityZone", value => options.AvailabilityZone = value);
        section.Choice<FileLayout>("DefaultLayout", value => options.DefaultLayout = value);
        section.Choice<RoutingRule>("RoutingRule", value => options.RoutingRule = value);
        DefaultTargetVariables.Add(section, options.DefaultTargets);
        section.RefuseOthers();
    }

    public static void Apply(Variables variables, KernelMountOptions options)
    {
        var section = new OptionVariables(variables, "KernelMount");
        section.Text("MountRoot", value => options.MountRoot = value);
        section.Text("NamePrefix", value => options.NamePrefix = value);
        section.Choice<KernelMountType>("Type", value => options.Type = value);
        section.Switch("Tls", value => options.Tls = value);
        section.Switch("Iam", value => options.Iam = value);
        section.Text("AccessPointId", value => options.AccessPointId = value);
        section.Text("ExtraOptions", value => options.ExtraOptions = value);
        section.RefuseOthers();
    }

    public static void Apply(Variables variables, PremountedOptions options)
    {
        var section = new OptionVariables(variables, "Premounted");
        section.Map("Directories", (id, directory) => options.Directories[id] = directory);
        section.Text("Directory", value => options.Directory = value);
        section.Switch("RequireMount", value => options.RequireMount = value);
        section.RefuseOthers();
    }

    public static void Apply(Variables variables, LocalDirectoryOptions options)
    {
        var section = new OptionVariables(variables, "LocalDirectory");
        section.Text("Root", value => options.Root = value);
        section.RefuseOthers();
    }
}
