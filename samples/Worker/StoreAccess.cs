using EfsSharding;

namespace Worker;

/// <summary>The store as the environment describes it.</summary>
internal static class StoreAccess
{
    public static void AddStore(this IServiceCollection services, IConfiguration configuration)
    {
        var parameterName = configuration["SSM_PARAMETER_NAME"] is { Length: > 0 } name ? name : null;
        var access = configuration["EFS_ACCESS"] is { Length: > 0 } value ? value : "auto";
        var store = services.AddEfsSharding(options =>
        {
            options.ParameterName = parameterName;
            if (access == "local" && parameterName is null)
            {
                options.DefaultTargets.Add(new MountTarget { MountTargetId = "fsmt-local", FileSystemId = "fs-local" });
            }
        });
        _ = access switch
        {
            "auto" => store.UseAuto(),
            "kernel" => store.UseKernelMounts(),
            "premounted" => store.UsePremountedVolumes(),
            "local" => store.UseLocalDirectories(LocalRoot(configuration)),
            _ => throw new InvalidOperationException($"EFS_ACCESS is '{access}'; set it to auto, kernel, premounted or local, or leave it out for auto."),
        };
    }

    private static string LocalRoot(IConfiguration configuration) =>
        configuration["EFS_LOCAL_ROOT"] is { Length: > 0 } root ? root : Path.Combine(Path.GetTempPath(), "efs-sharding-worker");
}
