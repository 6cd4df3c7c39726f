using EfsSharding.Scaling;
using Samples;

namespace ScalerLambda;

/// <summary>Each option of scaling by its name: <c>EfsScaling__CoolDown</c>.</summary>
internal static class ScalingVariables
{
    public static void Apply(Variables variables, EfsScalingOptions options)
    {
        var section = new OptionVariables(variables, "EfsScaling");
        section.Text("FileSystemId", value => options.FileSystemId = value);
        section.Text("TargetDirectory", value => options.TargetDirectory = value);
        section.Switch("RequireMount", value => options.RequireMount = value);
        section.Text("ParameterName", value => options.ParameterName = value);
        section.Number<long>("FileCountThreshold", value => options.FileCountThreshold = value);
        section.Choice<ThresholdPolicy>("Policy", value => options.Policy = value);
        section.Number<int>("MaxMountTargets", value => options.MaxMountTargets = value);
        section.Duration("CoolDown", value => options.CoolDown = value);
        section.Switch("CountOnlyToThreshold", value => options.CountOnlyToThreshold = value);
        section.Duration("CountTimeLimit", value => options.CountTimeLimit = value);
        section.Number<int>("DirectoriesInFlight", value => options.DirectoriesInFlight = value);
        section.Text("VpcId", value => options.VpcId = value);
        Replace(section, "SubnetIds", options.SubnetIds);
        Replace(section, "SecurityGroupIds", options.SecurityGroupIds);
        section.Text("IpAddressType", value => options.IpAddressType = value);
        section.Duration("MountTargetTimeout", value => options.MountTargetTimeout = value);
        section.Switch("AllowAdvancedTier", value => options.AllowAdvancedTier = value);
        section.Text("ClusterName", value => options.ClusterName = value);
        section.Text("ServiceName", value => options.ServiceName = value);
        section.Switch("PlanOnly", value => options.PlanOnly = value);
        section.Duration("Interval", value => options.Interval = value);
        section.RefuseOthers();
    }

    private static void Replace(OptionVariables section, string option, IList<string> list)
    {
        var values = new List<string>();
        section.List(option, values.Add);
        if (values.Count == 0)
        {
            return;
        }

        list.Clear();
        values.ForEach(list.Add);
    }
}
