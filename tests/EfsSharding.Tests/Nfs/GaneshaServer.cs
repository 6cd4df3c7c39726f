using System.Diagnostics;
using System.Net.Sockets;
using EfsSharding.Tests.Nfs.Tls;

namespace EfsSharding.Tests.Nfs;

/// <summary>An nfs-ganesha of its own on a free port of loopback, exporting a temporary directory as <c>/</c>.</summary>
internal sealed class GaneshaServer : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("efs-sharding-ganesha-").FullName;
    private Process? _process;

    public GaneshaServer()
    {
        using var probe = new TcpListener(System.Net.IPAddress.Loopback, 0);
        probe.Start();
        Port = ((System.Net.IPEndPoint)probe.LocalEndpoint).Port;
    }

    public int Port { get; }

    /// <summary>The exported directory on this machine.</summary>
    public string Export => Path.Combine(_directory, "export");

    public static void IsNeeded()
    {
        if (!File.Exists("/usr/bin/ganesha.nfsd") || Environment.UserName != "root")
        {
            Needs.Absent("nfs-ganesha as root", "apt-get install nfs-ganesha nfs-ganesha-vfs, and run the tests as root");
        }
    }

    public async Task StartAsync()
    {
        Directory.CreateDirectory(Export);
        Directory.CreateDirectory(Path.Combine(_directory, "recovery"));
        var config = Path.Combine(_directory, "ganesha.conf");
        await File.WriteAllTextAsync(config, $$"""
            NFS_CORE_PARAM { Protocols = 4; NFS_Port = {{Port}}; Enable_NLM = false; Enable_RQUOTA = false; }
            NFSv4 { Graceless = true; Minor_Versions = 1; RecoveryBackend = fs; RecoveryRoot = {{_directory}}/recovery; }
            EXPORT { Export_Id = 1; Path = {{Export}}; Pseudo = /; Access_Type = RW; Squash = No_Root_Squash;
                     SecType = sys; Protocols = 4; Transports = TCP; FSAL { Name = VFS; } }
            LOG { Default_Log_Level = EVENT; }
            """);
        _process = Process.Start(new ProcessStartInfo("/usr/bin/ganesha.nfsd", ["-F", "-f", config, "-p", $"{_directory}/pid", "-L", $"{_directory}/log"]))!;
        for (var i = 0; i < 100; i++)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync("127.0.0.1", Port);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(100);
            }
        }

        throw new InvalidOperationException($"nfs-ganesha did not start: {await File.ReadAllTextAsync($"{_directory}/log")}");
    }

    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await KillAsync();
        }

        // .NET cannot delete names that are not UTF-8.
        using var remove = Process.Start("rm", ["-rf", _directory]);
        await remove.WaitForExitAsync();
    }
}
