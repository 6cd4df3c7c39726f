using EfsSharding.TestSupport.Scripted;

namespace EfsSharding.Tests.Nfs.Faults;

/// <summary>
/// Between an answer that was lost and the look at what came of it: whether the caller gives up, the time is over or the look fails, the
/// error says whether the change may have taken effect.
/// </summary>
public sealed class InDoubtDelayTests
{
    private const string Path = "a/b/file";
    private static readonly byte[] Large = new byte[2_500_000];

    public enum Then
    {
        Cancelled,
        NothingAnswers,
        LookFails,
    }

    [Test]
    public async Task An_error_says_that_the_change_may_have_taken_effect([Values("replace", "replace large", "create large", "delete")] string change, [Values] Then then)
    {
        await using var scripted = await ScriptedStore.StartAsync();
        var server = scripted.Server;
        if (change != "create large")
        {
            scripted.Put(Path, "old");
        }
        else
        {
            scripted.Put("a/b/other", "old");
        }

        using var cancellation = new CancellationTokenSource();
        var (lost, answered) = (-1L, 0);
        server.Script = step =>
        {
            if (Volatile.Read(ref lost) < 0 && step.Index == 0 && step.Requests.Any(r => r.Op is Nfs4Op.Rename or Nfs4Op.Link))
            {
                Volatile.Write(ref lost, step.Compound);
                return new Fault.CutAfter();
            }

            if (Volatile.Read(ref lost) is var cut && (cut < 0 || cut == step.Compound))
            {
                return null;
            }

            if (Interlocked.Increment(ref answered) == 1)
            {
                server.LoseSessions();
                if (then == Then.Cancelled)
                {
                    cancellation.Cancel();
                }
            }

            // All but what begins a session.
            return step.Op is Nfs4Op.Lookup or Nfs4Op.Create or Nfs4Op.GetAttr or Nfs4Op.Remove
                && step.Requests.Any(r => r.Op is Nfs4Op.Lookup or Nfs4Op.Create or Nfs4Op.Remove or Nfs4Op.PutFh)
                ? then switch
                {
                    Then.NothingAnswers => new Fault.Answer(Nfs4Stat.Delay),
                    Then.LookFails => new Fault.Answer(Nfs4Stat.Io),
                    _ => null,
                }
                : null;
        };
        var call = change switch
        {
            "replace" => scripted.Store.WriteAsync(Path, new MemoryStream("new"u8.ToArray()), FileWriteMode.Replace, cancellation.Token),
            "replace large" => scripted.Store.WriteAsync(Path, new MemoryStream(Large), FileWriteMode.Replace, cancellation.Token),
            "create large" => scripted.Store.WriteAsync(Path, new MemoryStream(Large), FileWriteMode.CreateNew, cancellation.Token),
            _ => scripted.Store.DeleteAsync(Path, cancellation.Token),
        };

        if (then == Then.Cancelled)
        {
            try
            {
                await call.WaitAsync(ScriptedStore.Patience);
            }
            catch (StoreException late)
            {
                // On the hasty clock a busy machine is a server that does not answer.
                Assert.That(late.MayHaveTakenEffect, Is.True, late.Message);
            }

            return;
        }

        var failure = Assert.CatchAsync<StoreException>(() => call.WaitAsync(ScriptedStore.Patience));
        Assert.That((await failure)!.MayHaveTakenEffect, Is.True, (await failure)!.Message);
    }
}
