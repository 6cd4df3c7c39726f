namespace EfsSharding.Benchmarks.Nfs;

/// <summary>
/// A server in the guest that tests/kernel-nfs starts, by <c>--server</c>: the guest kernel's own (<c>knfsd</c>), whose work is small
/// beside a round trip, or <c>nfs-ganesha</c>, a process that pays for each copy and call, as a client in a process does.
/// </summary>
/// <param name="Name">Its name, for the results.</param>
/// <param name="Address">Its first address.</param>
/// <param name="Port">Its TCP port.</param>
/// <param name="Export">The directory that it shows as /.</param>
internal sealed record BenchmarkServer(string Name, string Address, int Port, string Export)
{
    public const string Knfsd = "knfsd";
    public const string Ganesha = "nfs-ganesha";

    /// <summary>Null outside the guest.</summary>
    public static BenchmarkServer? Find(string[] args, string preferred)
    {
        if (Value("NFS_TARGETS") is not { } targets || Value("NFS_EXPORT") is not { } export)
        {
            return null;
        }

        var address = targets.Split(',')[0];
        var chosen = Array.IndexOf(args, "--server") is >= 0 and var at ? args[at + 1] : preferred;
        if (chosen != Knfsd)
        {
            return new BenchmarkServer(Ganesha, address, 2049, export);
        }

        KernelMount.Run(Value("NFS_CONTROL")!, "start-knfsd");
        return new BenchmarkServer(Knfsd, address, Options.Int32([Value("NFS_KNFSD_PORT")!], 0), Value("NFS_KNFSD_EXPORT")!);
    }

    private static string? Value(string name) => Environment.GetEnvironmentVariable(name);
}
