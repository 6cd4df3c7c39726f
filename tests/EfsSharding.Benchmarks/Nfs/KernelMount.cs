using System.Diagnostics;

namespace EfsSharding.Benchmarks.Nfs;

/// <summary>The same server through the kernel's NFS client, with the options that AWS recommends. Needs the guest kernel of tests/kernel-nfs.</summary>
internal sealed class KernelMount : IDisposable
{
    public KernelMount(BenchmarkServer server)
    {
        Server = server;
        Root = Directory.CreateTempSubdirectory("efs-sharding-mount-").FullName;
        Run("mount", "-t", "nfs4", "-o", $"nfsvers=4.1,rsize=1048576,wsize=1048576,hard,timeo=600,retrans=2,noresvport,port={server.Port}", server.Address + ":/", Root);
    }

    public BenchmarkServer Server { get; }

    public string Root { get; }

    /// <summary>Empties the kernel's caches, so that the next read goes to the server.</summary>
    public static void DropCaches()
    {
        Run("sync");
        File.WriteAllText("/proc/sys/vm/drop_caches", "3");
    }

    public void Dispose()
    {
        Run("umount", "-l", Root);
        Directory.Delete(Root);
    }

    public static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false })
            ?? throw new InvalidOperationException($"{program} did not start");
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with status {process.ExitCode}");
        }
    }
}
