using EfsSharding.TestSupport.Scripted;
using EfsSharding.Volumes;

namespace EfsSharding.Tests.Nfs.Faults;

/// <summary>A stream over a large file is one version of it to its end, or says that it cannot be: on servers that keep what is open, and on those that do not.</summary>
public sealed class HeldStreamTests
{
    private const int Length = 300_000;
    private const string Path = "d/file";
    private static readonly PeerSettings Keeping = new() { ReusesFileIds = true };
    private static readonly PeerSettings NotKeeping = Keeping with { KeepsUnlinked = false };

    [Test]
    public async Task A_stream_of_a_file_that_is_replaced_twice_reads_the_old_one_to_its_end([Values] bool blocking, [Values] bool opensToRead)
    {
        await using var scripted = await StartAsync(Keeping with { TakesAnonymousStateid = !opensToRead });
        await using var stream = await scripted.Volume.OpenReadAsync(Path, default);
        var content = new byte[Length];
        await stream.ReadExactlyAsync(content.AsMemory(0, 1000));

        await ReplaceAsync(scripted, 'B');
        await ReplaceAsync(scripted, 'C');

        await ReadOnAsync(stream, content.AsMemory(1000), blocking);
        Assert.That(content.AsSpan().IndexOfAnyExcept((byte)'A'), Is.EqualTo(-1));
        Assert.That(scripted.Server.Complaints, Is.Empty);
    }

    [Test]
    public async Task Where_the_server_does_not_keep_it_the_stream_says_so_and_gives_nothing_of_another_file([Values] bool blocking)
    {
        await using var scripted = await StartAsync(NotKeeping);
        await using var stream = await scripted.Volume.OpenReadAsync(Path, default);
        var content = new byte[Length];
        await stream.ReadExactlyAsync(content.AsMemory(0, 1000));

        await ReplaceAsync(scripted, 'B');
        await ReplaceAsync(scripted, 'C');

        Assert.That(() => ReadOnAsync(stream, content.AsMemory(1000), blocking), Throws.TypeOf<FileChangedException>().With.Message.Contains(Path));
        Assert.That(content.AsSpan(1000).IndexOfAnyExcept((byte)'A', (byte)0), Is.EqualTo(-1));
        Assert.That(() => ReadOnAsync(stream, content.AsMemory(1000), blocking), Throws.TypeOf<FileChangedException>(), "and again");
    }

    [Test]
    public async Task A_name_that_a_server_does_not_find_for_a_moment_is_looked_for_again([Range(1, 3)] int times)
    {
        await using var scripted = await StartAsync(Keeping);
        var left = times;
        scripted.Server.Script = step => step.Op == Nfs4Op.Open && Interlocked.Decrement(ref left) >= 0 ? new Fault.Answer(Nfs4Stat.NoEnt) : null;

        await using var stream = await scripted.Volume.OpenReadAsync(Path, default);

        var content = new byte[Length];
        await stream.ReadExactlyAsync(content);
        Assert.That(content.AsSpan().IndexOfAnyExcept((byte)'A'), Is.EqualTo(-1));
        Assert.That(left, Is.LessThanOrEqualTo(0));
    }

    /// <summary>A kernel's client that replaces a file that it has open itself gives that one another name first.</summary>
    [Test]
    public async Task A_name_that_is_away_for_a_moment_is_no_missing_file()
    {
        await using var scripted = await StartAsync(Keeping);
        foreach (var operation in new Func<Task>[]
        {
            async () => Assert.That(await scripted.Volume.ReadAllBytesAsync(Path, default), Has.Length.EqualTo(Length)),
            async () => Assert.That((await scripted.Volume.GetAttributesAsync(Path, default))?.Length, Is.EqualTo(Length)),
            async () => await (await scripted.Volume.OpenReadAsync(Path, default)).DisposeAsync(),
        })
        {
            var left = 1;
            scripted.Server.Script = step => step.Request is LookupRequest { Name: "file" } && Interlocked.Decrement(ref left) >= 0 ? new Fault.Answer(Nfs4Stat.NoEnt) : null;
            await operation();
            Assert.That(left, Is.LessThan(0), "asked twice");
        }
    }

    [Test]
    public async Task A_file_that_is_deleted_while_it_is_read_is_read_to_its_end()
    {
        await using var scripted = await StartAsync(Keeping);
        await using var stream = await scripted.Volume.OpenReadAsync(Path, default);

        Assert.That(await scripted.Volume.DeleteAsync(Path, default), Is.True);

        var content = new byte[Length];
        await stream.ReadExactlyAsync(content);
        Assert.That(content.AsSpan().IndexOfAnyExcept((byte)'A'), Is.EqualTo(-1));
    }

    [Test]
    public async Task A_whole_read_starts_again_and_is_never_a_mix([Values] bool keeps)
    {
        await using var scripted = await StartAsync(keeps ? Keeping : NotKeeping);
        await using var writer = await ScriptedVolume.OverAsync(scripted.Server);
        var replaced = 0;
        scripted.Server.Script = step =>
        {
            // Between the first part and the rest, three times.
            if (step.Request is ReadRequest { Offset: > 0 } && Interlocked.Increment(ref replaced) <= 3)
            {
                return new Fault.Stall(Task.Run(() => ReplaceAsync(writer, (char)('A' + replaced))));
            }

            return null;
        };

        var content = await scripted.Volume.ReadAllBytesAsync(Path, default);

        Assert.That(content, Has.Length.EqualTo(Length));
        Assert.That(content.AsSpan().IndexOfAnyExcept(content[0]), Is.EqualTo(-1));
        await scripted.NothingStaysOpenAsync();
    }

    [Test]
    public async Task A_stream_goes_on_after_its_open_was_lost([Values("restart", "expired", "revoked", "sessions", "handles once")] string loss, [Values] bool byName)
    {
        await using var scripted = await StartAsync(Keeping with { TakesClaimFh = !byName });
        await using var stream = await scripted.Volume.OpenReadAsync(Path, default);
        var content = new byte[Length];
        await stream.ReadExactlyAsync(content.AsMemory(0, 1000));

        Lose(scripted.Server, loss);

        await ReadOnAsync(stream, content.AsMemory(1000), blocking: false);
        Assert.That(content.AsSpan().IndexOfAnyExcept((byte)'A'), Is.EqualTo(-1));
        await stream.DisposeAsync();
        await scripted.NothingStaysOpenAsync();
        Assert.That(scripted.Server.Complaints, Is.Empty);
    }

    [Test]
    public async Task A_stream_whose_open_was_lost_and_whose_file_was_replaced_says_so([Values("restart", "expired", "revoked")] string loss, [Values] bool byName)
    {
        await using var scripted = await StartAsync(Keeping with { TakesClaimFh = !byName });
        await using var writer = await ScriptedVolume.OverAsync(scripted.Server);
        await using var stream = await scripted.Volume.OpenReadAsync(Path, default);
        var content = new byte[Length];
        await stream.ReadExactlyAsync(content.AsMemory(0, 1000));
        await ReplaceAsync(writer, 'B');

        Lose(scripted.Server, loss);
        await using var later = await ScriptedVolume.OverAsync(scripted.Server);
        await ReplaceAsync(later, 'C');

        Assert.That(() => ReadOnAsync(stream, content.AsMemory(1000), blocking: false), Throws.TypeOf<FileChangedException>());
        await stream.DisposeAsync();
        await scripted.NothingStaysOpenAsync();
    }

    [Test]
    public async Task An_open_ends_with_its_stream([Values] bool synchronously)
    {
        await using var scripted = await StartAsync(Keeping);
        var stream = await scripted.Volume.OpenReadAsync(Path, default);
        Assert.That(scripted.Server.State.Opens, Has.Count.EqualTo(1));
        var leave = new TaskCompletionSource();
        scripted.Server.Script = step => step.Op == Nfs4Op.Close ? new Fault.Stall(leave.Task) : null;

        // The server does not answer: nobody waits for that.
        if (synchronously)
        {
            stream.Dispose();
        }
        else
        {
            await stream.DisposeAsync();
        }

        leave.SetResult();
        await scripted.NothingStaysOpenAsync();
    }

    [Test]
    public async Task An_open_that_its_caller_did_not_wait_for_is_ended()
    {
        await using var scripted = await StartAsync(Keeping);
        using var cancellation = new CancellationTokenSource();
        var answer = new TaskCompletionSource();
        scripted.Server.Script = step =>
        {
            if (step.Op != Nfs4Op.Open)
            {
                return null;
            }

            cancellation.Cancel();
            return new Fault.Hold(answer.Task);
        };

        await Assert.ThatAsync(() => scripted.Volume.OpenReadAsync(Path, cancellation.Token), Throws.InstanceOf<OperationCanceledException>());

        scripted.Server.Script = null;
        answer.SetResult();
        await scripted.NothingStaysOpenAsync();
    }

    [Test]
    public async Task An_open_whose_answer_came_too_late_is_ended()
    {
        await using var scripted = await StartAsync(Keeping);
        var answer = new TaskCompletionSource();
        var holds = 1;
        scripted.Server.Script = step => step.Op == Nfs4Op.Open && Interlocked.Decrement(ref holds) == 0 ? new Fault.Hold(answer.Task) : null;

        await Assert.ThatAsync(() => scripted.Volume.OpenReadAsync(Path, default), Throws.TypeOf<TargetFaultException>());

        answer.SetResult();
        await scripted.NothingStaysOpenAsync();
    }

    [Test]
    public async Task A_stream_over_a_small_file_makes_no_open_and_takes_one_round_trip()
    {
        await using var scripted = await StartAsync(Keeping);
        scripted.Server.Tree.PutFile("d/small", new byte[65_536]);
        scripted.Server.Compounds.Clear();

        await using (var stream = await scripted.Volume.OpenReadAsync("d/small", default))
        {
            await stream.CopyToAsync(Stream.Null);
        }

        Assert.That(scripted.Server.Compounds, Has.Count.EqualTo(1));
        Assert.That(scripted.Server.Compounds.Single().Select(r => r.Op), Has.None.EqualTo(Nfs4Op.Open));
    }

    [Test]
    public async Task A_stream_over_a_large_file_opens_and_reads_on_in_one_round_trip()
    {
        await using var scripted = await StartAsync(Keeping);
        scripted.Server.Tree.PutFile("d/large", new byte[150_000]);
        scripted.Server.Compounds.Clear();

        await using (var stream = await scripted.Volume.OpenReadAsync("d/large", default))
        {
            await stream.CopyToAsync(Stream.Null);
        }

        await scripted.NothingStaysOpenAsync();
        var compounds = scripted.Server.Compounds.Select(c => c[^1].Op).Where(op => op is Nfs4Op.Read or Nfs4Op.Close or Nfs4Op.Open);
        Assert.That(compounds, Is.EqualTo(new[] { Nfs4Op.Read, Nfs4Op.Read, Nfs4Op.Close }), "as many as before streams were held open, and a CLOSE that nobody waits for");
    }

    private static async Task<ScriptedVolume> StartAsync(PeerSettings settings)
    {
        var scripted = await ScriptedVolume.StartAsync(settings);
        await ReplaceAsync(scripted, 'A');
        await scripted.ListAsync("d");
        return scripted;
    }

    private static Task ReplaceAsync(ScriptedVolume scripted, char letter) => scripted.WriteAsync(Path, new string(letter, Length), FileWriteMode.Replace);

    private static void Lose(ScriptedServer server, string what)
    {
        switch (what)
        {
            case "restart":
                server.Restart();
                break;
            case "expired":
                server.ExpireClients();
                break;
            case "revoked":
                server.RevokeOpens();
                break;
            case "sessions":
                server.LoseSessions();
                break;
            default:
                var left = 1;
                server.Script = step => step.Op == Nfs4Op.PutFh && Interlocked.Decrement(ref left) == 0 ? new Fault.Answer(Nfs4Stat.Stale) : null;
                break;
        }
    }

    private static async Task ReadOnAsync(Stream stream, Memory<byte> rest, bool blocking)
    {
        if (blocking)
        {
            await Task.Factory.StartNew(() => stream.ReadExactly(rest.Span), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        else
        {
            await stream.ReadExactlyAsync(rest);
        }
    }
}
