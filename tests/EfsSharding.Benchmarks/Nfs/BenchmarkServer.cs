namespace EfsSharding.Benchmarks.Nfs;

/// <summary>The server of the guest that tests/kernel-nfs starts: nfs-ganesha, or with <c>--knfsd</c> the guest kernel's own.</summary>
/// <param name="Name">Its name, for the results.</param>
/// <param name="Address">Its first address.</param>
/// <param name="Port">Its TCP port.</param>
/// <param name="Export">The directory that it shows as /.</param>
internal sealed record BenchmarkServer(string Name, string Address, int Port, string Export)
{
    /// <summary>Null outside the guest.</summary>
    public static BenchmarkServer? Find(string[] args)
    {
        if (Value("NFS_TARGETS") is not { } targets || Value("NFS_EXPORT") is not { } export)
        {
            return null;
        }

        var address = targets.Split(',')[0];
        if (!args.Contains("--knfsd"))
        {
            return new BenchmarkServer("nfs-ganesha", address, 2049, export);
        }

        KernelMount.Run(Value("NFS_CONTROL")!, "start-knfsd");
        return new BenchmarkServer("knfsd", address, Options.Int32([Value("NFS_KNFSD_PORT")!], 0), Value("NFS_KNFSD_EXPORT")!);
    }

    private static string? Value(string name) => Environment.GetEnvironmentVariable(name);
}
