using EfsSharding.TestSupport.Scripted;
using EfsSharding.Volumes;
using Microsoft.Extensions.Logging.Testing;

namespace EfsSharding.Tests.Nfs.Faults;

/// <summary>What crashed writers left is swept by listings, which do not wait for it.</summary>
public sealed class TemporarySweepTests
{
    private readonly string _name = TemporaryName.Create();
    private TestSupport.Contract.JumpingTime _time = null!;

    [Test]
    public async Task A_listing_does_not_wait_for_the_sweep()
    {
        await using var scripted = await StartAsync();
        await SeeAndWaitADayAsync(scripted);
        var held = new TaskCompletionSource();
        scripted.Server.Script = step => Names(step.Request) ? new Fault.Stall(held.Task) : null;

        Assert.That(await scripted.ListAsync("d").WaitAsync(ScriptedVolume.Patience), Is.EqualTo(new[] { "file" }));
        Assert.That(IsThere(scripted), Is.True);
        held.SetResult();
        await UntilAsync(scripted, () => !IsThere(scripted));
    }

    [Test]
    public async Task A_young_one_is_not_looked_at_with_every_listing()
    {
        await using var scripted = await StartAsync();
        await scripted.ListAsync("d");
        await UntilAsync(scripted, () => Looks(scripted) == 1);
        for (var i = 0; i < 5; i++)
        {
            await scripted.ListAsync("d");
        }

        await scripted.Volume.ProbeAsync(CancellationToken.None);
        Assert.That(Looks(scripted), Is.EqualTo(1));
        Assert.That(IsThere(scripted), Is.True);
    }

    [Test]
    public async Task One_that_may_not_be_removed_disturbs_no_listing_and_is_logged()
    {
        var logger = new FakeLogger();
        await using var scripted = await StartAsync(logger);
        await SeeAndWaitADayAsync(scripted);
        scripted.Server.Script = step => step.Op == Nfs4Op.Remove ? new Fault.Answer(Nfs4Stat.Access) : null;

        Assert.That(await scripted.ListAsync("d"), Is.EqualTo(new[] { "file" }));
        await UntilAsync(scripted, () => logger.Collector.GetSnapshot().Any(r => r.Id.Name == "NfsNotClearedUp"));
        Assert.That(await scripted.ListAsync("d"), Is.EqualTo(new[] { "file" }));
        Assert.That(IsThere(scripted), Is.True);
    }

    [Test]
    public async Task A_file_that_is_being_written_survives_a_listing()
    {
        await using var scripted = await ScriptedVolume.StartAsync();
        scripted.Server.Tree.PutFile("d/file", [1]);
        var listed = 0;
        var listing = Task.CompletedTask;
        scripted.Server.Script = step =>
        {
            if (step.Op == Nfs4Op.Commit && Interlocked.Exchange(ref listed, 1) == 0)
            {
                listing = scripted.ListAsync("d");
            }

            return null;
        };

        var content = new byte[5_000_000];
        await scripted.Volume.WriteAsync(
            "d/large", new PendingWrite(new FileContent(default, new MemoryStream(content), 0), FileWriteMode.Replace), CancellationToken.None);
        await listing;

        Assert.That(listed, Is.EqualTo(1));
        Assert.That(scripted.Server.Tree.Find("d/large")!.Content, Has.Length.EqualTo(content.Length));
    }

    /// <summary>A listing sees it, and a day passes.</summary>
    private async Task SeeAndWaitADayAsync(ScriptedVolume scripted)
    {
        await scripted.ListAsync("d");
        await UntilAsync(scripted, () => Looks(scripted) == 1);
        for (var i = 0; i < 20; i++)
        {
            await scripted.Volume.ProbeAsync(CancellationToken.None);
        }

        _time.Jump(TimeSpan.FromHours(25));
    }

    private async Task<ScriptedVolume> StartAsync(FakeLogger? logger = null)
    {
        _time = new TestSupport.Contract.JumpingTime();
        var scripted = await ScriptedVolume.OverAsync(new ScriptedServer(), logger: logger, time: _time);
        scripted.Server.Tree.PutFile("d/file", [1]);
        scripted.Server.Tree.PutFile($"d/{_name}", [1]).Modified = DateTimeOffset.UtcNow - TimeSpan.FromDays(100);
        return scripted;
    }

    private static async Task UntilAsync(ScriptedVolume scripted, Func<bool> isDone)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!isDone())
        {
            await scripted.Volume.ProbeAsync(limit.Token);
        }
    }

    private bool Names(Request request) => request is LookupRequest lookup && lookup.Name == _name;

    private int Looks(ScriptedVolume scripted) => scripted.Server.Compounds.Count(compound => compound.Any(Names));

    private bool IsThere(ScriptedVolume scripted)
    {
        lock (scripted.Server.Tree.Lock)
        {
            return scripted.Server.Tree.Find($"d/{_name}") is not null;
        }
    }
}
