using EfsSharding.TestSupport.Scripted;
using Microsoft.Extensions.Logging.Testing;

namespace EfsSharding.Tests.Nfs.Faults;

/// <summary>Which compounds read a small file, by what the server takes.</summary>
public sealed class SmallReadTests
{
    private static readonly Nfs4Op[] Unopened = [Nfs4Op.Sequence, Nfs4Op.PutFh, Nfs4Op.Lookup, Nfs4Op.GetFh, Nfs4Op.GetAttr, Nfs4Op.Read];
    private static readonly Nfs4Op[] Opened = [Nfs4Op.Sequence, Nfs4Op.PutFh, Nfs4Op.Open, Nfs4Op.GetFh, Nfs4Op.Read, Nfs4Op.GetAttr, Nfs4Op.Close];
    private static readonly PeerSettings NoAnonymous = new() { TakesAnonymousStateid = false };

    [Test]
    public async Task The_anonymous_stateid_is_used_where_it_is_taken()
    {
        await using var scripted = await StartAsync(new PeerSettings());

        Assert.That(await CompoundsOfReadAsync(scripted), Is.EqualTo(new[] { Unopened }));
    }

    [Test]
    public async Task Where_it_is_refused_one_compound_opens_reads_and_closes()
    {
        await using var scripted = await StartAsync(NoAnonymous);

        Assert.That(await CompoundsOfReadAsync(scripted), Is.EqualTo(new[] { Unopened, Opened }), "the first read learns it");
        Assert.That(await CompoundsOfReadAsync(scripted), Is.EqualTo(new[] { Opened }));
        Assert.That(scripted.Server.State.Opens, Is.Empty);
    }

    [Test]
    public async Task Where_both_stateids_are_refused_files_are_opened_and_closed_apart()
    {
        await using var scripted = await StartAsync(NoAnonymous with { TakesCurrentStateid = false });
        await CompoundsOfReadAsync(scripted);
        await scripted.NothingStaysOpenAsync();

        Assert.That(
            (await CompoundsOfReadAsync(scripted)).Select(c => c.Last()).Take(2),
            Is.EqualTo(new[] { Nfs4Op.GetAttr, Nfs4Op.Read }),
            "nobody waits for the CLOSE");
        await scripted.NothingStaysOpenAsync();
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_large_file_is_read_whole(bool asStream)
    {
        await using var scripted = await StartAsync(NoAnonymous);
        var content = new byte[300_000];
        new Random(1).NextBytes(content);
        scripted.Server.Tree.PutFile("a/large", content);

        using var copy = new MemoryStream();
        if (asStream)
        {
            await using var stream = await scripted.Volume.OpenReadAsync("a/large", CancellationToken.None);
            await stream.CopyToAsync(copy);
        }
        else
        {
            copy.Write(await scripted.Volume.ReadAllBytesAsync("a/large", CancellationToken.None));
        }

        Assert.That(copy.ToArray().AsSpan().SequenceEqual(content));
        await scripted.NothingStaysOpenAsync();
    }

    [Test]
    public async Task An_open_whose_read_failed_is_closed()
    {
        await using var scripted = await StartAsync(NoAnonymous);
        await CompoundsOfReadAsync(scripted);
        foreach (var failing in new[] { Nfs4Op.GetFh, Nfs4Op.Read, Nfs4Op.GetAttr, Nfs4Op.Close })
        {
            var left = 1;
            scripted.Server.Script = step => step.Op == failing && Interlocked.Decrement(ref left) == 0 ? new Fault.Answer(Nfs4Stat.Io) : null;

            Assert.That(() => scripted.ReadAsync("a/file"), Throws.InstanceOf<IOException>(), $"{failing}");
            await scripted.NothingStaysOpenAsync();
        }

        Assert.That(scripted.Server.Complaints, Is.Empty);
    }

    [Test]
    public async Task An_open_that_died_once_does_not_count_as_a_refusal()
    {
        await using var scripted = await StartAsync(NoAnonymous);
        await CompoundsOfReadAsync(scripted);
        var left = 1;
        scripted.Server.Script = step => step.Op == Nfs4Op.Read && Interlocked.Decrement(ref left) == 0 ? new Fault.Answer(Nfs4Stat.OldStateid) : null;

        Assert.That(await scripted.ReadAsync("a/file"), Is.EqualTo("content"));
        await scripted.NothingStaysOpenAsync();
        Assert.That(await CompoundsOfReadAsync(scripted), Is.EqualTo(new[] { Opened }));
    }

    [Test]
    public async Task What_the_server_takes_is_logged_once()
    {
        var logger = new FakeLogger();
        await using var scripted = await StartAsync(NoAnonymous with { TakesVerify = false }, logger);

        Assert.That(Abilities(), Is.EqualTo(new[] { "NfsAbilityMissing: VERIFY", "NfsAbilitiesAssumed" }), "at the start");
        for (var i = 0; i < 3; i++)
        {
            await scripted.ReadAsync("a/file");
            await scripted.WriteAsync("a/other", "new", FileWriteMode.Replace);
        }

        Assert.That(
            Abilities().Skip(2),
            Is.EqualTo(new[] { "NfsAbilityMissing: READ with the anonymous stateid", "NfsAbilityFound: the current stateid" }));

        IEnumerable<string> Abilities() => logger.Collector.GetSnapshot().Where(r => r.Id.Name!.StartsWith("NfsAbilit", StringComparison.Ordinal))
            .Select(r => r.GetStructuredStateValue("Ability") is { } ability ? $"{r.Id.Name}: {ability}" : r.Id.Name!);
    }

    private static async Task<ScriptedVolume> StartAsync(PeerSettings settings, FakeLogger? logger = null)
    {
        var scripted = await ScriptedVolume.OverAsync(new ScriptedServer(settings), logger: logger);
        scripted.Server.Tree.PutFile("a/file", "content"u8.ToArray());
        await scripted.ListAsync("a");
        return scripted;
    }

    private static async Task<Nfs4Op[][]> CompoundsOfReadAsync(ScriptedVolume scripted)
    {
        scripted.Server.Compounds.Clear();
        Assert.That(await scripted.ReadAsync("a/file"), Is.EqualTo("content"));
        return [.. scripted.Server.Compounds.Select(compound => compound.Select(request => request.Op).ToArray())];
    }
}
