using System.Globalization;
using EfsSharding.TestSupport.Samples;
using EfsSharding.TestSupport.Servers;

namespace EfsSharding.IntegrationTests.DirectNfs;

/// <summary>A Worker process with three mount targets of one file system, which is a server of this machine.</summary>
internal static class DirectNfsWorker
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static SampleProcess Start(GaneshaServer server) => SampleProcess.Start("Worker", "Worker", Variables(server));

    public static HttpClient Client(SampleProcess worker)
    {
        var address = worker.WaitForLine(line => line.Contains("Now listening on: ", StringComparison.Ordinal)).Split("on: ")[1].Trim();
        return new HttpClient { BaseAddress = new Uri(address), Timeout = Patience };
    }

    private static Dictionary<string, string> Variables(GaneshaServer server)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
            ["EFS_ACCESS"] = "direct",
            ["EFS_TLS"] = "false",
            ["EFS_NFS_PORT"] = server.Port.ToString(CultureInfo.InvariantCulture),
        };
        foreach (var (number, address) in GaneshaServer.Addresses.Index())
        {
            variables[$"EfsSharding__DefaultTargets__{number}__MountTargetId"] = $"fsmt-{number}";
            variables[$"EfsSharding__DefaultTargets__{number}__FileSystemId"] = "fs-1";
            variables[$"EfsSharding__DefaultTargets__{number}__IpAddress"] = address.ToString();
        }

        return variables;
    }
}
