using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace EfsSharding.TestSupport.Servers;

/// <summary>A server that this test run started, in the foreground, with its output in a file.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process _process;

    private ServerProcess(Process process) => _process = process;

    public static async Task<ServerProcess> StartAsync(string program, string arguments, string log, int port)
    {
        var process = Process.Start(new ProcessStartInfo("/bin/sh", $"-c \"exec {program} {arguments} >>{log} 2>&1\"") { UseShellExecute = false })!;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            if (process.HasExited)
            {
                throw new InvalidOperationException($"{program} ended with status {process.ExitCode}: {await File.ReadAllTextAsync(log)}");
            }

            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(IPAddress.Loopback, port, limit.Token);
                return new ServerProcess(process);
            }
            catch (SocketException)
            {
                await Task.Delay(20, limit.Token);
            }
        }
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Any, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>SIGKILL: nothing is said to clients and nothing is flushed.</summary>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
    }
}
