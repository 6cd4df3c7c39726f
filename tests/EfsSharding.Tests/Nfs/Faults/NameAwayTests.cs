using EfsSharding.TestSupport.Scripted;

namespace EfsSharding.Tests.Nfs.Faults;

/// <summary>A kernel's client that replaces a file which it has open itself first gives that one another name: for two requests nothing has the file's.</summary>
public sealed class NameAwayTests
{
    private const string Path = "d/file";

    [Test]
    public async Task A_name_that_is_away_while_its_directory_changes_is_looked_for_until_it_is_there(
        [Values("info", "read", "open")] string question, [Range(1, 7)] int times, [Values] bool opensToRead)
    {
        await using var scripted = await StartAsync(opensToRead);
        var left = times;
        scripted.Server.Script = step =>
        {
            if (!Looks(step) || Interlocked.Decrement(ref left) < 0)
            {
                return null;
            }

            scripted.Server.Tree.Find("d")!.Change++;
            return new Fault.Answer(Nfs4Stat.NoEnt);
        };

        Assert.That(await IsThereAsync(scripted, question, Path), Is.True);
    }

    [Test]
    public async Task In_a_directory_that_never_rests_a_missing_file_takes_eight_looks([Values("info", "read", "open")] string question)
    {
        await using var scripted = await StartAsync();
        var looks = 0;
        scripted.Server.Script = step =>
        {
            if (Looks(step))
            {
                Interlocked.Increment(ref looks);
                scripted.Server.Tree.Find("d")!.Change++;
            }

            return null;
        };

        Assert.That(await IsThereAsync(scripted, question, "d/missing"), Is.False);
        Assert.That(looks, Is.EqualTo(8));
    }

    [Test]
    public async Task In_a_directory_at_rest_a_missing_file_takes_two_looks_and_no_wait([Values("info", "read", "open")] string question, [Values] bool old)
    {
        await using var scripted = await StartAsync();
        scripted.Server.Tree.Find("d")!.Modified = DateTimeOffset.UtcNow - (old ? TimeSpan.FromHours(1) : TimeSpan.Zero);
        if (!old)
        {
            Assert.That(await LooksAsync(scripted, question), Is.LessThanOrEqualTo(3), "nothing is known of it: it is asked again after 10 ms");
        }

        Assert.That(await LooksAsync(scripted, question), Is.EqualTo(2));
    }

    [Test]
    public async Task Where_there_is_no_directory_a_missing_file_takes_two_looks([Values("info", "read", "open")] string question)
    {
        await using var scripted = await StartAsync();

        Assert.That(await LooksAsync(scripted, question, "none/file"), Is.EqualTo(2));
    }

    private static async Task<int> LooksAsync(ScriptedVolume scripted, string question, string path = "d/missing")
    {
        scripted.Server.Compounds.Clear();
        Assert.That(await IsThereAsync(scripted, question, path), Is.False);
        return scripted.Server.Compounds.Count;
    }

    private static async Task<bool> IsThereAsync(ScriptedVolume scripted, string question, string path)
    {
        try
        {
            switch (question)
            {
                case "info":
                    return await scripted.Volume.GetAttributesAsync(path, default) is not null;
                case "read":
                    return await scripted.Volume.ReadAllBytesAsync(path, default) is not null;
                default:
                    await (await scripted.Volume.OpenReadAsync(path, default)).DisposeAsync();
                    return true;
            }
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }

    private static bool Looks(Step step) => step.Request is LookupRequest { Name: "file" or "missing" } || step.Op == Nfs4Op.Open;

    private static async Task<ScriptedVolume> StartAsync(bool opensToRead = false)
    {
        var scripted = await ScriptedVolume.OverAsync(new ScriptedServer(new PeerSettings { TakesAnonymousStateid = !opensToRead }), time: TimeProvider.System);
        scripted.Server.Tree.PutFile(Path, "content"u8.ToArray());
        await scripted.ReadAsync(Path);
        return scripted;
    }
}
