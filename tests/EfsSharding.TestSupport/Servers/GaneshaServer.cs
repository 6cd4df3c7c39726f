using System.Diagnostics;
using System.Net;

namespace EfsSharding.TestSupport.Servers;

/// <summary>
/// nfs-ganesha on a free port of this machine. It answers on every loopback address, so that 127.0.0.1, .2 and .3 are three mount
/// targets of one file system; a second instance is a second file system.
/// </summary>
internal sealed class GaneshaServer : IAsyncDisposable
{
    public const string Program = "/usr/bin/ganesha.nfsd";

    private readonly string _directory = Directory.CreateTempSubdirectory("efs-sharding-ganesha-").FullName;
    private ServerProcess? _process;
    private SmallDisk? _disk;

    private GaneshaServer(int port) => Port = port;

    public int Port { get; }

    /// <summary>The exported directory as this machine sees it.</summary>
    public string Export => Path.Combine(_directory, "export");

    public static IReadOnlyList<IPAddress> Addresses { get; } = [IPAddress.Parse("127.0.0.1"), IPAddress.Parse("127.0.0.2"), IPAddress.Parse("127.0.0.3")];

    /// <param name="size">How large the file system is; null for as large as the disk.</param>
    public static async Task<GaneshaServer> StartAsync(string? size = null)
    {
        Needs.Program(Program, "nfs-ganesha nfs-ganesha-vfs");
        Needs.Root();
        var server = new GaneshaServer(ServerProcess.FreePort());
        Directory.CreateDirectory(server.Export);
        server._disk = size is null ? null : SmallDisk.Mount(server.Export, size);
        Directory.CreateDirectory(Path.Combine(server._directory, "recovery"));
        await File.WriteAllTextAsync(Path.Combine(server._directory, "ganesha.conf"), server.Configuration());
        await server.ResumeAsync();
        return server;
    }

    /// <summary>Kills the server as a power cut would.</summary>
    public void Kill()
    {
        _process?.Dispose();
        _process = null;
    }

    /// <summary>Starts it again, on the same port with the same files.</summary>
    public async Task ResumeAsync() =>
        _process = await ServerProcess.StartAsync(Program, $"-F -f {_directory}/ganesha.conf -L STDERR -p {_directory}/pid", $"{_directory}/log", Port);

    public async ValueTask DisposeAsync()
    {
        Kill();
        _disk?.Dispose();

        // .NET cannot delete names that are not UTF-8.
        using var remove = Process.Start("rm", ["-rf", _directory]);
        await remove.WaitForExitAsync();
    }

    private string Configuration() => $$"""
        NFS_CORE_PARAM { NFS_Port = {{Port}}; Protocols = 4; Enable_NLM = false; Enable_RQUOTA = false; }
        NFSv4 { Graceless = true; Minor_Versions = 0, 1; RecoveryBackend = fs; RecoveryRoot = {{_directory}}/recovery; Only_Numeric_Owners = true; }
        EXPORT {
          Export_Id = 1; Path = {{Export}}; Pseudo = /; Access_Type = RW; Squash = None; SecType = sys; Protocols = 4; Transports = TCP;
          FSAL { Name = VFS; }
        }
        LOG { Default_Log_Level = WARN; }

        """;
}
