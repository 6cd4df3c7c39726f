using System.Globalization;
using System.Net;
using System.Text.Json;
using EfsSharding.LocalAws;
using EfsSharding.TestSupport.Samples;
using EfsSharding.TestSupport.Servers;

namespace EfsSharding.IntegrationTests.DirectNfs;

/// <summary>A Worker as Fargate runs it: nothing mounted, three mount targets of one file system, each on a network path of its own.</summary>
[Category("DirectNfs")]
[NonParallelizable]
public sealed class WorkerOverDirectNfsTests
{
    private const string ParameterName = "/efs-sharding/map";
    private static readonly string[] Targets = ["fsmt-1", "fsmt-2", "fsmt-3"];
    private static readonly string[] Names = [.. Enumerable.Range(0, 24).Select(i => $"order-{i:0000}.json")];
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [TestCase(false)]
    [TestCase(true)]
    public async Task Files_are_spread_as_the_routes_say_and_one_target_may_be_cut_off(bool silently)
    {
        NfsCat.IsNeeded();
        await using var ganesha = await GaneshaServer.StartAsync();
        var port = ServerProcess.FreePort();
        var paths = GaneshaServer.Addresses.Select(address => new CuttingProxy(ganesha.Port, address, port, records: true)).ToArray();
        try
        {
            await using var aws = await LocalAwsServer.StartAsync(new LocalAwsOptions());
            Publish(aws);
            using var worker = SampleProcess.Start("Worker", "Worker", Variables(aws, port));
            var address = worker.WaitForLine(line => line.Contains("Now listening on: ", StringComparison.Ordinal)).Split("on: ")[1].Trim();
            using var http = new HttpClient { BaseAddress = new Uri(address), Timeout = Patience };

            await PutAllAsync(http, "first", HttpStatusCode.Created);
            var routes = await RoutesAsync(http);
            Assert.That(routes.Values.Distinct(), Is.EquivalentTo(Targets));
            Assert.That(Carried(paths), Is.EqualTo(routes));
            await ReadAllAsync(http, ganesha, "first");

            Array.ForEach(paths, path => path.Forget());
            paths[0].CutOff(silently);
            await PutAllAsync(http, "second", HttpStatusCode.NoContent);
            await ReadAllAsync(http, ganesha, "second");
            var listed = (await http.GetStringAsync("/files?directory=orders")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.That(listed, Has.Length.EqualTo(Names.Length));
            Assert.That(await http.GetStringAsync("/healthz/ready"), Is.EqualTo("Degraded"));
            Assert.That(Carried(paths[1..]).Keys, Is.EquivalentTo(Names), "the other two carry all");

            paths[0].Mend();
            await UntilHealthyAsync(http);
            Array.ForEach(paths, path => path.Forget());
            await PutAllAsync(http, "third", HttpStatusCode.NoContent);
            Assert.That(Carried(paths), Is.EqualTo(routes), "it takes its share again");
            await ReadAllAsync(http, ganesha, "third");
            TestContext.Out.WriteLine(string.Join(", ", routes.GroupBy(route => route.Value).Select(g => $"{g.Key}: {g.Count()} files")));

            worker.Terminate();
            Assert.That(await worker.ExitAsync(), Is.Zero, worker.Error);
        }
        finally
        {
            Array.ForEach(paths, path => path.Dispose());
        }
    }

    [Test]
    public async Task Appends_of_many_callers_lose_and_tear_nothing()
    {
        NfsCat.IsNeeded();
        await using var ganesha = await GaneshaServer.StartAsync();
        await using var aws = await LocalAwsServer.StartAsync(new LocalAwsOptions());
        Publish(aws);
        using var worker = SampleProcess.Start("Worker", "Worker", Variables(aws, ganesha.Port));
        var address = worker.WaitForLine(line => line.Contains("Now listening on: ", StringComparison.Ordinal)).Split("on: ")[1].Trim();
        using var http = new HttpClient { BaseAddress = new Uri(address), Timeout = Patience };
        await ConcurrentAppends.AssertNothingIsLostAsync(http, "/files/logs/today");
    }

    private static void Publish(LocalAwsServer aws) => aws.State.PutParameter(ParameterName, ShardMapCodec.Serialize(new ShardMap
    {
        Revision = 1,
        MountTargets = [.. Targets.Zip(GaneshaServer.Addresses, (id, address) => new MountTarget { MountTargetId = id, FileSystemId = "fs-1", IpAddress = address.ToString() })],
        FileSystems = [new FileSystem { FileSystemId = "fs-1" }],
    }));

    private static Dictionary<string, string> Variables(LocalAwsServer aws, int port) => new(aws.EnvironmentVariables, StringComparer.Ordinal)
    {
        ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
        ["SSM_PARAMETER_NAME"] = ParameterName,
        ["EFS_ACCESS"] = "direct",
        ["EFS_TLS"] = "false",
        ["EFS_NFS_PORT"] = port.ToString(CultureInfo.InvariantCulture),
    };

    private static async Task PutAllAsync(HttpClient http, string version, HttpStatusCode expected)
    {
        foreach (var name in Names)
        {
            using var content = new StringContent(Content(name, version));
            using var answer = await http.PutAsync($"/files/orders/{name}", content);
            Assert.That(answer.StatusCode, Is.EqualTo(expected), $"{name}: {await answer.Content.ReadAsStringAsync()}");
        }
    }

    private static async Task ReadAllAsync(HttpClient http, GaneshaServer ganesha, string version)
    {
        foreach (var name in Names)
        {
            Assert.That(await http.GetStringAsync($"/files/orders/{name}"), Is.EqualTo(Content(name, version)), name);
            Assert.That(await NfsCat.ReadAsync(ganesha.Port, $"orders/{name}"), Is.EqualTo(Content(name, version)), $"{name} through nfs-cat");
        }
    }

    private static async Task<Dictionary<string, string>> RoutesAsync(HttpClient http)
    {
        var routes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in Names)
        {
            using var route = JsonDocument.Parse(await http.GetStringAsync($"/routes/orders/{name}"));
            routes[name] = route.RootElement.GetProperty("mount_target_id").GetString()!;
        }

        return routes;
    }

    /// <summary>Which path each file's name went along, as seen in the bytes that it carried.</summary>
    private static Dictionary<string, string> Carried(CuttingProxy[] paths) => Names
        .SelectMany(name => paths.Select((path, i) => (Name: name, Target: Targets[i], Has: path.HasCarried(name))))
        .Where(seen => seen.Has)
        .GroupBy(seen => seen.Name, StringComparer.Ordinal)
        .ToDictionary(seen => seen.Key, seen => string.Join('+', seen.Select(one => one.Target)), StringComparer.Ordinal);

    private static async Task UntilHealthyAsync(HttpClient http)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (await http.GetStringAsync("/healthz/ready", patience.Token) != "Healthy")
        {
            await Task.Delay(100, patience.Token);
        }
    }

    private static string Content(string name, string version) => $"{{ \"name\": \"{name}\", \"version\": \"{version}\", \"text\": \"{new string('x', 2000)}\" }}";
}
