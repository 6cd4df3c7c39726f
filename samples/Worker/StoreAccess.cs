using EfsSharding;
using Samples;

namespace Worker;

/// <summary>The store as the environment describes it.</summary>
internal static class StoreAccess
{
    private const string DefaultDirectory = "/mnt/efs";

    /// <exception cref="SettingsException">A variable is wrong; names them all.</exception>
    public static void AddStore(this IServiceCollection services, IConfiguration configuration)
    {
        var problems = new List<string>();
        var parameterName = Value(configuration, "SSM_PARAMETER_NAME");
        var access = Value(configuration, "EFS_ACCESS") ?? "auto";
        var nfs = DirectNfsSettings.Read(name => configuration[name], problems);
        var store = services.AddEfsSharding(options =>
        {
            options.ParameterName = parameterName;
            if (access == "local" && parameterName is null)
            {
                options.DefaultTargets.Add(new MountTarget { MountTargetId = "fsmt-local", FileSystemId = "fs-local" });
            }
        });
        switch (access)
        {
            case "auto":
                store.AddDirectNfs(nfs.Apply, nfs.Apply).UseAutomaticAccess(volumes => Place(volumes, Value(configuration, "EFS_DIRECTORY")), kernel => Apply(nfs, kernel));
                break;
            case "kernel":
                store.UseKernelMounts(kernel => Apply(nfs, kernel));
                break;
            case "premounted":
                store.UsePremountedVolumes(volumes => Place(volumes, Value(configuration, "EFS_DIRECTORY") ?? DefaultDirectory));
                break;
            case "direct":
                store.UseDirectNfs(nfs.Apply, nfs.Apply);
                break;
            case "local":
                store.UseLocalDirectories(LocalRoot(configuration));
                break;
            default:
                problems.Add($"EFS_ACCESS is '{access}'; it must be auto, kernel, premounted, direct or local, or be left out for auto");
                break;
        }

        if (parameterName is null && access != "local")
        {
            problems.Add("SSM_PARAMETER_NAME is not set: the parameter that the shard map is published in");
        }

        if (problems.Count > 0)
        {
            throw new SettingsException(string.Join("; ", problems) + ".");
        }
    }

    /// <summary>What the kernel is asked to mount is secured as direct NFS would be, which takes amazon-efs-utils; without a word it is a plain mount.</summary>
    private static void Apply(DirectNfsSettings nfs, KernelMountOptions kernel)
    {
        kernel.Tls = nfs.Tls == true || nfs.Iam || nfs.AccessPointId is not null;
        kernel.Type = kernel.Tls ? KernelMountType.Efs : KernelMountType.Nfs4;
        (kernel.Iam, kernel.AccessPointId) = (nfs.Iam, nfs.AccessPointId);
        kernel.ExtraOptions = nfs.Port is { } port ? $"port={port}" : null;
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
        Value(configuration, "EFS_LOCAL_ROOT") ?? Path.Combine(Path.GetTempPath(), "efs-sharding-worker");

    private static string? Value(IConfiguration configuration, string name) => configuration[name]?.Trim() is { Length: > 0 } value ? value : null;
}
