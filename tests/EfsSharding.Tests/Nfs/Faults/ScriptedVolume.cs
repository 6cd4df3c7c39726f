using System.Text;
using EfsSharding.Nfs;
using EfsSharding.TestSupport.Scripted;
using EfsSharding.Volumes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EfsSharding.Tests.Nfs.Faults;

/// <summary>The direct NFS volume over a scripted server, with a clock ten times as fast as the machine's.</summary>
internal sealed class ScriptedVolume : IAsyncDisposable
{
    public const int Haste = 10;

    public static readonly TimeSpan OperationTimeout = TimeSpan.FromSeconds(5);

    private const int Attempts = 5;

    /// <summary>What an operation may take on the machine's clock: its timeout, and room for a machine with other work.</summary>
    public static readonly TimeSpan Patience = (OperationTimeout / Haste) + TimeSpan.FromSeconds(8);

    private ScriptedVolume(ScriptedServer server, IVolume volume)
    {
        Server = server;
        Volume = volume;
    }

    public ScriptedServer Server { get; }

    public IVolume Volume { get; }

    public static Task<ScriptedVolume> StartAsync(PeerSettings? settings = null) => OverAsync(new ScriptedServer(settings));

    public static async Task<ScriptedVolume> OverAsync(
        ScriptedServer server, Action<DirectNfsOptions>? configure = null, ILogger? logger = null, TimeProvider? time = null, bool hasOneProcessor = false)
    {
        var options = new DirectNfsOptions { Port = server.Port, ConnectionsPerTarget = 1 };
        configure?.Invoke(options);
        var mounter = new DirectNfsMounter(options, OperationTimeout, secure: null, time ?? new HastyTime(Haste), meters: null, logger ?? NullLogger.Instance)
        {
            HasOneProcessor = hasOneProcessor,
        };
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return new ScriptedVolume(server, await mounter.MountAsync(Target(), CancellationToken.None));
            }
            catch (MountFailedException late) when (time is null && attempt < Attempts && late.InnerException?.InnerException is TimeoutException)
            {
                // On the hasty clock a busy machine is a server that does not answer.
            }
        }
    }

    /// <summary>Writes, and makes a file that cannot be appended to as there is none, as the store does.</summary>
    public async Task WriteAsync(string path, string content, FileWriteMode mode)
    {
        var bytes = new FileContent(Encoding.UTF8.GetBytes(content));
        try
        {
            await Volume.WriteAsync(path, new PendingWrite(bytes, mode), CancellationToken.None).WaitAsync(Patience);
        }
        catch (FileNotFoundException) when (mode == FileWriteMode.Append)
        {
            await Volume.WriteAsync(path, new PendingWrite(bytes, FileWriteMode.CreateNew), CancellationToken.None).WaitAsync(Patience);
        }
    }

    public async Task<string> ReadAsync(string path) =>
        Encoding.UTF8.GetString(await Volume.ReadAllBytesAsync(path, CancellationToken.None).WaitAsync(Patience));

    public async Task<List<string>> ListAsync(string directory)
    {
        var names = new List<string>();
        await foreach (var entry in Volume.ListAsync(directory, CancellationToken.None))
        {
            names.Add(entry.Name);
        }

        return names;
    }

    /// <summary>Waits for opens that are ended in the background.</summary>
    public async Task NothingStaysOpenAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            lock (Server.Tree.Lock)
            {
                if (Server.State.Opens.Count == 0)
                {
                    return;
                }
            }

            await Volume.ProbeAsync(limit.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Server.Script = null;
        await Volume.DisposeAsync();
        await Server.DisposeAsync();
    }

    private static MountTarget Target() => new()
    {
        MountTargetId = "fsmt-scripted",
        FileSystemId = "fs-scripted",
        IpAddress = "127.0.0.1",
    };
}
