using EfsSharding.TestSupport.Scripted;

namespace EfsSharding.Tests.Nfs.Probing;

/// <summary>A server that breaks a promise is found out: the trial of that promise, and only that, fails.</summary>
public sealed class BrokenPromisesTests
{
    [Test]
    public Task A_reader_sees_a_mixture() => AssertBrokenAsync("replace_is_atomic", (server, step) =>
    {
        if (step.Request is LookupRequest { Name: "replaced" })
        {
            Change(server, "replaced", content => [.. content[..^1], (byte)~content[^1]]);
        }
    });

    [Test]
    public Task A_reader_sees_what_is_older_than_acknowledged()
    {
        byte[]? first = null;
        return AssertBrokenAsync("replace_is_atomic", (server, step) =>
        {
            if (step.Request is LookupRequest { Name: "replaced" })
            {
                Change(server, "replaced", content => first ??= content);
            }
        });
    }

    [Test]
    public Task Two_writers_win() => AssertBrokenAsync("create_new_has_one_winner", (server, step) =>
    {
        if (step.Request is LinkRequest link && link.NewName.StartsWith("raced-", StringComparison.Ordinal) && PathOf(server, link.NewName) is { } path)
        {
            server.Tree.Remove(path);
        }
    });

    [Test]
    public Task A_new_file_grows_before_the_eyes_of_its_readers() => AssertBrokenAsync("content_appears_at_once", (server, step) =>
    {
        if (step.Request is LookupRequest lookup && lookup.Name.StartsWith("new-", StringComparison.Ordinal))
        {
            Change(server, lookup.Name, content => content[..(content.Length / 2)]);
        }
    });

    [Test]
    public Task An_append_overwrites() => AssertBrokenAsync("append_adds_at_the_end", (server, step) =>
    {
        if (step.Request is LookupRequest { Name: "appended" })
        {
            Change(server, "appended", content => [.. content[^10..], .. content[..^10]]);
        }
    });

    [Test]
    public Task A_file_under_way_is_listed() => AssertBrokenAsync("temporary_names_are_hidden", (server, step) =>
    {
        if (step.Op == Nfs4Op.ReadDir && PathOf(server, file => file.Contains("/under-way/.efs-sharding-", StringComparison.Ordinal)) is { } path)
        {
            server.Tree.PutLink(path.Replace("/.efs-sharding-", "/visible-", StringComparison.Ordinal), server.Tree.Find(path)!);
        }
    });

    [Test]
    public Task An_open_file_becomes_another() => AssertBrokenAsync("open_files_stay_one_version", (server, step) =>
    {
        if (step.Request is RenameRequest { OldName: "held" })
        {
            foreach (var open in server.State.Opens.Values)
            {
                open.Inode.Content = [.. open.Inode.Content.Select(b => (byte)~b)];
            }
        }
    });

    [Test]
    public Task A_directory_goes_away_with_its_files() => AssertBrokenAsync("parents_are_made", (server, step) =>
    {
        if (step.Request is LookupRequest { Name: "one" } && PathOf(server, "one") is { } path)
        {
            server.Tree.Remove(path);
        }
    });

    private static async Task AssertBrokenAsync(string promise, Action<ScriptedServer, Step> mischief)
    {
        await using var server = new ScriptedServer();
        server.Script = step =>
        {
            lock (server.Tree.Lock)
            {
                mischief(server, step);
            }

            return null;
        };
        var report = await DirectNfsProbeTests.ProbeAsync(server);

        Assert.Multiple(() =>
        {
            Assert.That(report.Promises.Where(p => !p.IsKept).Select(p => p.Name), Is.EqualTo(new[] { promise }));
            Assert.That(report.KeepsEveryPromise, Is.False);
            Assert.That(server.Tree.Root.ByCookie, Is.Empty);
        });
    }

    private static void Change(ScriptedServer server, string name, Func<byte[], byte[]> change)
    {
        if (PathOf(server, name) is { } path && server.Tree.Find(path) is { Content.Length: > 10 } file)
        {
            file.Content = change(file.Content);
        }
    }

    private static string? PathOf(ScriptedServer server, string name) => PathOf(server, file => file.EndsWith($"/{name}", StringComparison.Ordinal));

    private static string? PathOf(ScriptedServer server, Func<string, bool> isIt) => server.Tree.Files().Keys.FirstOrDefault(isIt);
}
