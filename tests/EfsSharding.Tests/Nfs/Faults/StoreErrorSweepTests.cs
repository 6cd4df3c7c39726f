using System.Text;
using EfsSharding.Targets;
using EfsSharding.TestSupport.Scripted;

namespace EfsSharding.Tests.Nfs.Faults;

/// <summary>
/// Whatever a server answers, to whichever operation of whichever member: what leaves the store is an exception that the documents name, and
/// it says the caller's path, not the one with the layout applied.
/// </summary>
public sealed class StoreErrorSweepTests
{
    private const string Path = "a/b/file";
    private const string LargePath = "a/b/large";
    private const int MostSteps = 40;
    private static readonly byte[] Large = [.. Enumerable.Range(0, 1_500_000).Select(i => (byte)(i * 7))];

    private static readonly Dictionary<string, Func<IShardedFileStore, Task>> Members = new()
    {
        ["read"] = store => store.ReadAllBytesAsync(Path),
        ["read large"] = store => store.ReadAllBytesAsync(LargePath),
        ["stream"] = async store =>
        {
            await using var stream = await store.OpenReadAsync(LargePath);
            await stream.CopyToAsync(Stream.Null);
        },
        ["info"] = store => store.GetInfoAsync(Path),
        ["exists"] = store => store.ExistsAsync(Path),
        ["replace"] = store => store.WriteAllTextAsync(Path, "new"),
        ["replace from a stream"] = store => store.WriteAsync(Path, new MemoryStream(Large)),
        ["create"] = store => store.WriteAllTextAsync("a/b/created", "new", FileWriteMode.CreateNew),
        ["create from a stream"] = store => store.WriteAsync("a/b/created", new MemoryStream(Large), FileWriteMode.CreateNew),
        ["append"] = store => store.AppendAllTextAsync(Path, "more"),
        ["append from a stream"] = store => store.WriteAsync(Path, new MemoryStream(Large), FileWriteMode.Append),
        ["append to none"] = store => store.AppendAllTextAsync("a/b/created", "more"),
        ["delete"] = store => store.DeleteAsync(Path),
        ["enumerate"] = async store => await store.EnumerateAsync("a/b").ToListAsync(),
        ["locate"] = store =>
        {
            store.Locate(Path);
            return Task.CompletedTask;
        },
    };

    private static readonly (string Name, Fault Fault)[] Garbage =
    [
        ("cut before", new Fault.CutBefore()),
        ("cut after", new Fault.CutAfter()),
        ("garbage", new Fault.Raw([0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3])),
        ("an empty record", new Fault.Raw([0x80, 0, 0, 0])),
        ("cut short", new Fault.Mangle(reply => reply[..(reply.Length * 2 / 3)])),
        ("more behind", new Fault.Mangle(reply => [.. reply, 0, 0, 0, 1])),
        ("refused", new Fault.Mangle(reply => [.. reply[..8], 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1])),
    ];

    private static IEnumerable<TestCaseData> Cases() =>
        from member in Members.Keys
        from half in new[] { 0, 1 }
        select new TestCaseData(member, half);

    [TestCaseSource(nameof(Cases))]
    public async Task What_leaves_the_store_is_documented_and_says_the_callers_path(string member, int half)
    {
        await using var scripted = await ScriptedStore.StartAsync(layout: FileLayout.Bucketed);
        var faults = Enum.GetValues<Nfs4Stat>().Where(status => status != Nfs4Stat.Ok).Select(status => (Name: status.ToString(), Fault: (Fault)new Fault.Answer(status)))
            .Concat(Garbage).Where((_, i) => i % 2 == half).ToArray();
        var steps = await StepsOfAsync(scripted, member);
        foreach (var (name, fault) in faults)
        {
            for (var at = 0; at < steps; at++)
            {
                Restore(scripted);
                var (number, injected) = (0, "nothing");
                scripted.Server.Script = step =>
                {
                    if (Interlocked.Increment(ref number) - 1 != at)
                    {
                        return null;
                    }

                    injected = step.Op.ToString();
                    return fault;
                };
                var failure = await FailureOfAsync(Members[member](scripted.Store));
                scripted.Server.Script = null;
                Check(scripted, failure, $"{name} to {injected} at step {at}");
            }
        }
    }

    /// <summary>How many operations of the server the member takes at most when nothing fails: the first call takes more, as it knows nothing of the server.</summary>
    private static async Task<int> StepsOfAsync(ScriptedStore scripted, string member)
    {
        Restore(scripted);
        var steps = 0;
        scripted.Server.Script = _ =>
        {
            Interlocked.Increment(ref steps);
            return null;
        };
        await Members[member](scripted.Store);
        scripted.Server.Script = null;
        return Math.Min(steps, MostSteps);
    }

    private static void Restore(ScriptedStore scripted)
    {
        // A lock that a false answer to LOCKU left behind would keep the next call waiting.
        scripted.Server.ReleaseLocks();
        scripted.Put(Physical(scripted, Path), "old");
        scripted.Server.Tree.PutFile(Physical(scripted, LargePath), Large);
        scripted.Server.Tree.Remove(Physical(scripted, "a/b/created"));
    }

    private static async Task<Exception?> FailureOfAsync(Task call)
    {
        try
        {
            await call.WaitAsync(ScriptedStore.Patience);
            return null;
        }
        catch (Exception failure)
        {
            return failure;
        }
    }

    private static void Check(ScriptedStore scripted, Exception? failure, string context)
    {
        if (failure is null)
        {
            return;
        }

        context = $"{context}: {failure.GetType()}: {failure.Message}";
        Assert.That(
            failure is StoreException or FileNotFoundException or DirectoryNotFoundException or PathTooLongException or UnauthorizedAccessException || failure.GetType() == typeof(IOException),
            Is.True,
            context);
        foreach (var path in new[] { Path, LargePath, "a/b/created" })
        {
            Assert.That(failure.Message, Does.Not.Contain(Physical(scripted, path)), context);
        }

        var named = failure switch
        {
            FileNotFoundException e => e.FileName,
            PathConflictException e => e.Path,
            FileExistsException e => e.Path,
            StorageFullException e => e.Path,
            ChangeInDoubtException e => e.Path,
            FileChangedException e => e.Path,
            _ => null,
        };
        Assert.That(named, Is.Null.Or.EqualTo(Path).Or.EqualTo(LargePath).Or.EqualTo("a/b/created"), context);
    }

    private static string Physical(ScriptedStore scripted, string path) => LayoutPath.ToBucketed(path, scripted.Store.Locate(path).Bucket);
}
