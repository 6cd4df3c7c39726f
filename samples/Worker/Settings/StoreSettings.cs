using EfsSharding;
using Samples;

namespace Worker.Settings;

/// <summary>What the environment says of the store: the short variables first, then the options by their names.</summary>
internal sealed class StoreSettings(Variables variables)
{
    private const string DefaultPremountedDirectory = "/mnt/efs";

    private readonly DirectNfsSettings _nfs = DirectNfsSettings.Read(variables.Text, variables.Problems);

    public string Access { get; } = variables.Text("EFS_ACCESS") ?? "auto";

    public string LocalRoot
    {
        get
        {
            var options = new LocalDirectoryOptions { Root = variables.Text("EFS_LOCAL_ROOT") ?? Path.Combine(Path.GetTempPath(), "efs-sharding-worker") };
            StoreVariables.Apply(variables, options);
            return options.Root;
        }
    }

    /// <summary>Reads everything once, whether it is used or not, so that all that is wrong is said before anything is begun.</summary>
    /// <exception cref="SettingsException">A variable is wrong; names them all.</exception>
    public void Check()
    {
        var store = new EfsShardingOptions();
        Apply(store);
        Apply(new DirectNfsOptions());
        Apply(new DirectNfsTlsOptions());
        Apply(new KernelMountOptions());
        Apply(new PremountedOptions());
        _ = LocalRoot;
        if (store.ParameterName is null && store.DefaultTargets.Count == 0)
        {
            variables.Problems.Add("SSM_PARAMETER_NAME is not set: the parameter that the shard map is published in");
        }

        variables.ThrowIfWrong();
    }

    public void Apply(EfsShardingOptions options)
    {
        options.ParameterName = variables.Text("SSM_PARAMETER_NAME");
        StoreVariables.Apply(variables, options);
        if (Access == "local" && options.ParameterName is null && options.DefaultTargets.Count == 0)
        {
            options.DefaultTargets.Add(new MountTarget { MountTargetId = "fsmt-local", FileSystemId = "fs-local" });
        }
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

    /// <summary>What the kernel is asked to mount is secured as direct NFS would be, which takes amazon-efs-utils; without a word it is a plain mount.</summary>
    public void Apply(KernelMountOptions options)
    {
        options.Tls = _nfs.Tls == true || _nfs.Iam || _nfs.AccessPointId is not null;
        options.Type = options.Tls ? KernelMountType.Efs : KernelMountType.Nfs4;
        (options.Iam, options.AccessPointId) = (_nfs.Iam, _nfs.AccessPointId);
        options.ExtraOptions = _nfs.Port is { } port ? $"port={port}" : null;
        StoreVariables.Apply(variables, options);
    }

    /// <summary>One directory for everything, or <c>fs-…=/directory</c> and <c>fsmt-…=/directory</c>, comma-separated.</summary>
    public void Apply(PremountedOptions options)
    {
        var places = variables.Text("EFS_DIRECTORY") ?? (Access == "premounted" ? DefaultPremountedDirectory : "");
        foreach (var place in places.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (place.Split('=', 2) is [var id, var directory])
            {
                options.Directories[id] = directory;
            }
            else
            {
                options.Directory = place;
            }
        }

        StoreVariables.Apply(variables, options);
    }
}
