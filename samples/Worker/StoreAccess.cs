using EfsSharding;

namespace Worker;

/// <summary>The store as the environment describes it.</summary>
internal static class StoreAccess
{
    private const string DefaultDirectory = "/mnt/efs";

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
            "auto" => store.UseAutomaticAccess(volumes => Place(volumes, configuration["EFS_DIRECTORY"])),
            "kernel" => store.UseKernelMounts(),
            "premounted" => store.UsePremountedVolumes(volumes => Place(volumes, configuration["EFS_DIRECTORY"] ?? DefaultDirectory)),
            "local" => store.UseLocalDirectories(LocalRoot(configuration)),
            _ => throw new InvalidOperationException($"EFS_ACCESS is '{access}'; set it to auto, kernel, premounted or local, or leave it out for auto."),
        };
    }

    /// <summary>One directory for everything, or <c>fs-…=/directory</c> and <c>fsmt-…=/directory</c>, comma-separated.</summary>
    private static void Place(PremountedOptions volumes, string? places)
    {
        foreach (var place in (places ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (place.Split('=', 2) is [var id, var directory])
            {
                volumes.Directories[id] = directory;
            }
            else
            {
                volumes.Directory = place;
            }
        }
    }

    private static string LocalRoot(IConfiguration configuration) =>
        configuration["EFS_LOCAL_ROOT"] is { Length: > 0 } root ? root : Path.Combine(Path.GetTempPath(), "efs-sharding-worker");
}
