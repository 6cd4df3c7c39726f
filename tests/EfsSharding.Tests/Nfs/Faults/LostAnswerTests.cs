using System.Text;
using EfsSharding.TestSupport.Scripted;

namespace EfsSharding.Tests.Nfs.Faults;

/// <summary>
/// A change that took effect, whose answer is lost together with the session: it is not made a second time over what another client
/// did in between. The answer is lost at every step of every change.
/// </summary>
public sealed class LostAnswerTests
{
    private const string Path = "a/b/file";
    private const string Old = "the old content";
    private const string Theirs = "somebody else's, and newer";
    private static readonly byte[] Large = [.. Enumerable.Range(0, 2_500_000).Select(i => (byte)(i * 7))];

    public enum Change
    {
        ReplaceSmall,
        ReplaceLarge,
        CreateSmall,
        CreateLarge,
        Append,
        AppendLarge,
        Delete,
    }

    public enum Meanwhile
    {
        Nothing,
        Replaced,
        Deleted,
    }

    [Test]
    public async Task It_undoes_nothing_that_another_client_did_in_between([Values] Change change, [Values] Meanwhile meanwhile)
    {
        for (var (at, steps) = (0L, 1L); at < steps; at++)
        {
            steps = Math.Max(steps, await RunAsync(change, meanwhile, at));
        }
    }

    /// <returns>How many compounds the change took.</returns>
    private static async Task<long> RunAsync(Change change, Meanwhile meanwhile, long at)
    {
        await using var scripted = await ScriptedStore.StartAsync(haste: 1);
        var server = scripted.Server;
        var creates = change is Change.CreateSmall or Change.CreateLarge;
        scripted.Put(creates ? "a/b/other" : Path, Old);
        await scripted.Store.ExistsAsync("a/b/other");

        var (compounds, isLost, tookEffect) = (0L, false, false);
        var begun = server.State;
        server.Script = step =>
        {
            if (step.Index == 0)
            {
                var number = Interlocked.Increment(ref compounds) - 1;
                if (number == at)
                {
                    Volatile.Write(ref isLost, true);
                    return new Fault.CutAfter();
                }

                if (number == at + 1 && Volatile.Read(ref isLost))
                {
                    tookEffect = IsDone(scripted.Read(Path), change);
                    Interfere(scripted, meanwhile);
                    server.LoseSessions();
                }
            }

            return null;
        };
        var failure = await FailureOfAsync(scripted, change);
        server.Script = null;

        var content = scripted.Read(Path);
        var context = $"the answer to compound {at} lost, took effect: {tookEffect}, then {failure?.GetType().Name}: {failure?.Message}";
        if (tookEffect && (meanwhile == Meanwhile.Replaced || (meanwhile == Meanwhile.Deleted && IsTraced(change))))
        {
            Assert.That(content == (meanwhile == Meanwhile.Replaced ? Theirs : null), Is.True, context);
        }

        if (failure is null && !(tookEffect && meanwhile != Meanwhile.Nothing))
        {
            Assert.That(IsDone(content, change), Is.True, context);
        }

        if (failure is not null)
        {
            Assert.That(failure, Is.InstanceOf<StoreException>(), context);
            Assert.That(((StoreException)failure).MayHaveTakenEffect || !tookEffect, Is.True, context);
            Assert.That(meanwhile, Is.Not.EqualTo(Meanwhile.Nothing), context);
        }

        Assert.That(server.Complaints, Is.Empty, context);
        return compounds;
    }

    /// <summary>A small file is written in one request and leaves no trace but itself: where there is none any more, it is written again.</summary>
    private static bool IsTraced(Change change) => change is not (Change.ReplaceSmall or Change.CreateSmall);

    private static void Interfere(ScriptedStore scripted, Meanwhile meanwhile)
    {
        if (meanwhile == Meanwhile.Nothing)
        {
            return;
        }

        scripted.Server.Tree.Remove(Path);
        if (meanwhile == Meanwhile.Replaced)
        {
            scripted.Server.Tree.PutFile(Path, Encoding.UTF8.GetBytes(Theirs));
        }
    }

    private static bool IsDone(string? content, Change change) => change switch
    {
        Change.Delete => content is null,
        Change.Append => content?.EndsWith("new", StringComparison.Ordinal) == true,
        Change.AppendLarge => content?.EndsWith(Encoding.UTF8.GetString(Large), StringComparison.Ordinal) == true,
        Change.ReplaceSmall or Change.CreateSmall => content == "new",
        _ => content?.Length == Encoding.UTF8.GetString(Large).Length,
    };

    private static async Task<Exception?> FailureOfAsync(ScriptedStore scripted, Change change)
    {
        var store = scripted.Store;
        try
        {
            await (change switch
            {
                Change.ReplaceSmall => store.WriteAllTextAsync(Path, "new"),
                Change.ReplaceLarge => store.WriteAllBytesAsync(Path, Large),
                Change.CreateSmall => store.WriteAllTextAsync(Path, "new", FileWriteMode.CreateNew),
                Change.CreateLarge => store.WriteAllBytesAsync(Path, Large, FileWriteMode.CreateNew),
                Change.AppendLarge => store.AppendAllBytesAsync(Path, Large),
                Change.Append => store.AppendAllTextAsync(Path, "new"),
                _ => store.DeleteAsync(Path),
            }).WaitAsync(ScriptedStore.Patience);
            return null;
        }
        catch (Exception failure) when (failure is not (AssertionException or TimeoutException))
        {
            return failure;
        }
    }
}
