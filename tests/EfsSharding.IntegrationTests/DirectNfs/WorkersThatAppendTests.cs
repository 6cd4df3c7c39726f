using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using EfsSharding.TestSupport.Samples;
using EfsSharding.TestSupport.Servers;

namespace EfsSharding.IntegrationTests.DirectNfs;

/// <summary>Several Worker processes, which know nothing of each other, append to one file over direct NFS.</summary>
[Category("DirectNfs")]
[NonParallelizable]
public sealed class WorkersThatAppendTests
{
    private const int Workers = 3;
    private const int CallersOfWorker = 3;
    private const string Log = "/files/logs/today";

    [Test]
    public async Task All_appends_of_three_processes_are_there_once_and_whole()
    {
        const int Appends = 40;
        await using var ganesha = await GaneshaServer.StartAsync();
        await using var workers = await RunningWorkers.StartAsync(ganesha, Workers);

        await workers.EachCallerAsync(CallersOfWorker, async (http, caller) =>
        {
            for (var number = 0; number < Appends; number++)
            {
                Assert.That(await AppendAsync(http, Line(caller, number)), Is.EqualTo(HttpStatusCode.NoContent).Or.EqualTo(HttpStatusCode.Created));
            }
        });

        var lines = await LinesAsync(workers.First);
        Assert.That(lines, Is.EquivalentTo(from caller in Enumerable.Range(0, Workers * CallersOfWorker) from number in Enumerable.Range(0, Appends) select Line(caller, number).TrimEnd()));
        Assert.That(lines.GroupBy(line => line.Split(' ')[0]).Select(own => own.Select(line => int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture))), Has.All.Ordered);
    }

    [Test]
    public async Task Every_acknowledged_append_is_there_once_when_the_server_is_killed()
    {
        const int Kills = 5;
        await using var ganesha = await GaneshaServer.StartAsync();
        await using var workers = await RunningWorkers.StartAsync(ganesha, Workers);
        var acknowledged = new ConcurrentBag<string>();
        var tried = new ConcurrentBag<string>();
        using var done = new CancellationTokenSource();
        var appending = workers.EachCallerAsync(CallersOfWorker, async (http, caller) =>
        {
            for (var number = 0; !done.IsCancellationRequested; number++)
            {
                tried.Add(Line(caller, number));
                if ((int)await AppendAsync(http, Line(caller, number)) is >= 200 and < 300)
                {
                    acknowledged.Add(Line(caller, number));
                }
            }
        });

        for (var kill = 0; kill < Kills; kill++)
        {
            var before = acknowledged.Count;
            await UntilAsync(() => acknowledged.Count > before + 30);
            ganesha.Kill();
            await ganesha.ResumeAsync();
        }

        var last = acknowledged.Count;
        await UntilAsync(() => acknowledged.Count > last + 30);
        await done.CancelAsync();
        await appending;

        var lines = await LinesAsync(workers.First);
        TestContext.Out.WriteLine($"{tried.Count} appends, {acknowledged.Count} acknowledged, {lines.Length} there, {Kills} kills");
        Assert.That(acknowledged.Select(line => line.TrimEnd()).Except(lines), Is.Empty, "acknowledged and lost");
        Assert.That(lines.GroupBy(line => line).Where(same => same.Count() > 1).Select(same => same.Key), Is.Empty, "there twice");
        Assert.That(lines.Except(tried.Select(line => line.TrimEnd())), Is.Empty, "torn");
    }

    private static async Task<HttpStatusCode> AppendAsync(HttpClient http, string line)
    {
        using var content = new ByteArrayContent(Encoding.ASCII.GetBytes(line));
        using var reply = await http.PostAsync($"{Log}?append", content);
        return reply.StatusCode;
    }

    private static async Task<string[]> LinesAsync(HttpClient http)
    {
        var text = await http.GetStringAsync(Log);
        Assert.That(text, Does.EndWith("\n"), "the last line is whole");
        return text.Split('\n')[..^1];
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        while (!condition())
        {
            await Task.Delay(20, patience.Token);
        }
    }

    private static string Line(int caller, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{caller} {number} {new string((char)('a' + caller), 10 + (((caller * 37) + (number * 101)) % 3000))}\n");

    private sealed class RunningWorkers : IAsyncDisposable
    {
        private readonly List<SampleProcess> _processes = [];
        private readonly List<HttpClient> _clients = [];

        public HttpClient First => _clients[0];

        public static Task<RunningWorkers> StartAsync(GaneshaServer server, int count)
        {
            var workers = new RunningWorkers();
            for (var i = 0; i < count; i++)
            {
                workers._processes.Add(DirectNfsWorker.Start(server));
            }

            workers._clients.AddRange(workers._processes.Select(DirectNfsWorker.Client));
            return Task.FromResult(workers);
        }

        public Task EachCallerAsync(int callersOfWorker, Func<HttpClient, int, Task> call) =>
            Task.WhenAll(Enumerable.Range(0, _clients.Count * callersOfWorker).Select(caller => Task.Run(() => call(_clients[caller % _clients.Count], caller))));

        public ValueTask DisposeAsync()
        {
            _clients.ForEach(client => client.Dispose());
            _processes.ForEach(process => process.Dispose());
            return ValueTask.CompletedTask;
        }
    }
}
