using EfsSharding.Nfs;
using EfsSharding.TestSupport.Servers;
using EfsSharding.Volumes;
using Microsoft.Extensions.Logging.Abstractions;

namespace EfsSharding.IntegrationTests.DirectNfs;

/// <summary>
/// 64 writers while the server is killed and started and connections are cut. EFS_SOAK_KILLS (30) and EFS_SOAK_CUTS (1000) are
/// the full counts; the defaults fit into a run of all tests.
/// </summary>
[Category("DirectNfs")]
[NonParallelizable]
public sealed class SoakTests
{
    private const int Writers = 64;
    private static readonly TimeSpan OperationTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(2);

    private readonly SoakLedger _ledger = new();
    private readonly int[] _attempted = new int[Writers];
    private readonly int[] _acknowledged = new int[Writers];
    private readonly int[] _wins = new int[Writers * 10_000];
    private long _torn;
    private volatile bool _ending;

    [Test]
    public async Task Acknowledged_writes_outlive_kills_and_cuts()
    {
        var kills = Count("EFS_SOAK_KILLS", 3);
        var cuts = Count("EFS_SOAK_CUTS", 100);
        await using var ganesha = await GaneshaServer.StartAsync();
        using var proxy = new CuttingProxy(ganesha.Port);
        await using (var volume = await MountAsync(proxy.Port))
        {
            var writers = Enumerable.Range(0, Writers).Select(writer => Task.Run(() => WriteAsync(volume, writer))).ToArray();
            await DisturbAsync(ganesha, proxy, kills, cuts);
            _ending = true;
            await Task.WhenAll(writers);
        }

        await using var after = await MountAsync(ganesha.Port);
        var lost = await CountLostAsync(after);
        var wonTwice = _wins.Count(wins => wins > 1);
        TestContext.Out.WriteLine(
            $"kills {kills}, cuts {cuts}, acknowledged {_ledger.Acknowledged}, failed {_ledger.Failed}, lost {lost}, torn {_torn}, "
            + $"won twice {wonTwice}, longest operation {_ledger.Longest.TotalSeconds:0.00} s of {OperationTimeout.TotalSeconds:0} s");
        Assert.Multiple(() =>
        {
            Assert.That(lost, Is.Zero, "acknowledged writes that are not there");
            Assert.That(_torn, Is.Zero, "torn files");
            Assert.That(wonTwice, Is.Zero, "names that two writers created");
            Assert.That(_ledger.Longest, Is.LessThan(OperationTimeout + Slack));
            Assert.That(_ledger.Acknowledged, Is.GreaterThan(Writers));
        });
    }

    private static int Count(string variable, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(variable), out var count) ? count : otherwise;

    private static async Task DisturbAsync(GaneshaServer ganesha, CuttingProxy proxy, int kills, int cuts)
    {
        var random = new Random(1);
        var cut = 0;
        for (var kill = 0; kill <= kills; kill++)
        {
            for (var until = cuts * (kill + 1) / (kills + 1); cut < until;)
            {
                await Task.Delay(random.Next(40));
                cut += proxy.CutOne(random) ? 1 : 0;
            }

            if (kill < kills)
            {
                ganesha.Kill();
                await ganesha.ResumeAsync();
                await Task.Delay(500);
            }
        }
    }

    private static Task<IVolume> MountAsync(int port)
    {
        var options = new DirectNfsOptions { Port = port, ReconnectTimeout = OperationTimeout };
        var mounter = new DirectNfsMounter(options, OperationTimeout, secure: null, TimeProvider.System, meters: null, NullLogger.Instance);
        return mounter.MountAsync(new MountTarget { MountTargetId = "fsmt-1", FileSystemId = "fs-1", IpAddress = "127.0.0.1" }, CancellationToken.None);
    }

    private static string PathOf(int writer) => $"d{writer % 8}/file-{writer}";

    private async Task WriteAsync(IVolume volume, int writer)
    {
        for (var version = 1; !_ending; version++)
        {
            _attempted[writer] = version;
            var write = Pending(writer, version, FileWriteMode.Replace);
            if (await _ledger.TryAsync(() => volume.WriteAsync(PathOf(writer), write, CancellationToken.None)))
            {
                _acknowledged[writer] = version;
            }

            await ReadBackAsync(volume, writer);
            await RaceAsync(volume, writer, version);
        }
    }

    private async Task ReadBackAsync(IVolume volume, int writer)
    {
        var other = (writer + 1) % Writers;
        byte[]? content = null;
        await _ledger.TryAsync(async () => content = await volume.ReadAllBytesAsync(PathOf(other), CancellationToken.None));
        if (content is not null && (SoakContent.Read(content) is not { } found || found.Writer != other))
        {
            Interlocked.Increment(ref _torn);
        }
    }

    /// <summary>Two writers want each name.</summary>
    private async Task RaceAsync(IVolume volume, int writer, int version)
    {
        if (version >= 10_000)
        {
            return;
        }

        var name = ((writer / 2) * 10_000) + version;
        try
        {
            var write = Pending(writer, version, FileWriteMode.CreateNew);
            if (await _ledger.TryAsync(() => volume.WriteAsync($"new/{writer / 2}/{version}", write, CancellationToken.None)))
            {
                Interlocked.Increment(ref _wins[name]);
            }
        }
        catch (FileExistsException)
        {
            // The other one won, or an attempt of this writer whose end nobody learnt.
        }
    }

    private async Task<int> CountLostAsync(IVolume volume)
    {
        var lost = 0;
        for (var writer = 0; writer < Writers; writer++)
        {
            if (_acknowledged[writer] > 0)
            {
                var found = SoakContent.Read(await volume.ReadAllBytesAsync(PathOf(writer), CancellationToken.None));
                lost += found is { } content && content.Writer == writer && content.Version >= _acknowledged[writer] && content.Version <= _attempted[writer] ? 0 : 1;
            }
        }

        for (var name = 0; name < _wins.Length; name++)
        {
            if (_wins[name] > 0)
            {
                var content = await volume.ReadAllBytesAsync($"new/{name / 10_000}/{name % 10_000}", CancellationToken.None);
                lost += SoakContent.Read(content)?.Writer / 2 == name / 10_000 ? 0 : 1;
            }
        }

        return lost;
    }

    private static PendingWrite Pending(int writer, int version, FileWriteMode mode) => new(new FileContent(SoakContent.Make(writer, version)), mode);
}
