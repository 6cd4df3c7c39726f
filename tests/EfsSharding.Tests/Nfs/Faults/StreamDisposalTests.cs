using EfsSharding.TestSupport.Scripted;

namespace EfsSharding.Tests.Nfs.Faults;

/// <summary>A stream that is disposed while somebody reads it gives nothing more, leaves nothing open, and no memory that another read has.</summary>
public sealed class StreamDisposalTests
{
    private const int Length = 700_000;
    private const string Path = "d/file";

    [Test]
    public async Task Disposed_between_the_arrival_of_bytes_and_their_copying_it_gives_none()
    {
        await using var scripted = await StartAsync();
        var stream = await scripted.Volume.OpenReadAsync(Path, default);
        await stream.ReadExactlyAsync(new byte[70_000]);
        var bytes = new byte[1000];
        var memory = new DisposingMemory(bytes, stream.Dispose);

        await Assert.ThatAsync(() => stream.ReadAsync(memory.Memory).AsTask(), Throws.TypeOf<ObjectDisposedException>());

        Assert.That(bytes, Is.All.Zero);
    }

    [Test]
    public async Task A_pending_read_says_that_the_stream_was_disposed([Values] bool blocking)
    {
        await using var scripted = await StartAsync();
        var stream = await scripted.Volume.OpenReadAsync(Path, default);
        await stream.ReadExactlyAsync(new byte[65_536]);
        stream.Position = 400_000;
        var (asked, answer) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource());
        scripted.Server.Script = step => HoldRead(step, asked, answer.Task);

        var read = blocking
            ? Task.Factory.StartNew(() => stream.Read(new byte[10]), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            : stream.ReadAsync(new byte[10]).AsTask();
        await asked.Task;
        stream.Dispose();

        await Assert.ThatAsync(() => read, Throws.TypeOf<ObjectDisposedException>());
        answer.SetResult();
        await scripted.NothingStaysOpenAsync();
    }

    [Test]
    public async Task Disposed_while_its_file_is_opened_again_it_leaves_no_open([Values] bool byName, [Values] bool cancelledFirst)
    {
        await using var scripted = await StartAsync(new PeerSettings { TakesClaimFh = !byName });
        var stream = await scripted.Volume.OpenReadAsync(Path, default);
        await stream.ReadExactlyAsync(new byte[1000]);
        stream.Position = 400_000;
        scripted.Server.RevokeOpens();
        var (asked, answer) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource());
        scripted.Server.Script = step =>
        {
            if (step.Op != Nfs4Op.Open)
            {
                return null;
            }

            asked.TrySetResult();
            return new Fault.Hold(answer.Task);
        };
        using var cancellation = new CancellationTokenSource();
        var read = stream.ReadAsync(new byte[10], cancellation.Token).AsTask();
        await asked.Task;
        if (cancelledFirst)
        {
            await cancellation.CancelAsync();
            await Assert.ThatAsync(() => read, Throws.InstanceOf<OperationCanceledException>());
        }

        await stream.DisposeAsync();
        scripted.Server.Script = null;
        answer.SetResult();

        if (!cancelledFirst)
        {
            await Assert.ThatAsync(() => read, Throws.TypeOf<ObjectDisposedException>());
        }

        await scripted.NothingStaysOpenAsync();
    }

    [Test]
    public async Task A_cancelled_read_takes_nothing_from_the_reads_after_it()
    {
        await using var scripted = await StartAsync();
        await using var stream = await scripted.Volume.OpenReadAsync(Path, default);
        stream.Position = 400_000;
        var (asked, answer) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource());
        scripted.Server.Script = step => HoldRead(step, asked, answer.Task);
        using var cancellation = new CancellationTokenSource();
        var read = stream.ReadAsync(new byte[10], cancellation.Token).AsTask();
        await asked.Task;
        await cancellation.CancelAsync();
        await Assert.ThatAsync(() => read, Throws.InstanceOf<OperationCanceledException>());
        answer.SetResult();

        Assert.That(stream.Position, Is.EqualTo(400_000));
        var rest = new byte[Length - 400_000];
        await stream.ReadExactlyAsync(rest);
        Assert.That(rest, Is.All.EqualTo((byte)'A'));
    }

    /// <summary>Beside a reader of another file, whose replies would come in memory that was given back too early.</summary>
    [Test]
    public async Task Readers_of_streams_that_others_dispose_and_read_get_bytes_of_their_own_file_alone()
    {
        await using var scripted = await StartAsync();
        scripted.Server.Tree.PutFile("d/other", [.. Enumerable.Repeat((byte)'B', Length)]);
        var done = 0;
        var others = Task.Run(async () =>
        {
            while (Volatile.Read(ref done) == 0)
            {
                Assert.That((await scripted.Volume.ReadAllBytesAsync("d/other", default)).AsSpan().IndexOfAnyExcept((byte)'B'), Is.EqualTo(-1));
            }
        });
        try
        {
            for (var round = 0; round < 60; round++)
            {
                var stream = await scripted.Volume.OpenReadAsync(Path, default);
                var readers = Enumerable.Range(0, 2).Select(i => Task.Factory.StartNew(() => ReadToTheEnd(stream, new Random((round * 2) + i)), TaskCreationOptions.LongRunning)).ToArray();
                for (var spins = 0; spins < round % 20; spins++)
                {
                    await scripted.Volume.ProbeAsync(default);
                }

                stream.Dispose();
                await Task.WhenAll(readers);
            }
        }
        finally
        {
            Volatile.Write(ref done, 1);
            await others;
        }

        await scripted.NothingStaysOpenAsync();
        Assert.That(scripted.Server.Complaints, Is.Empty);
    }

    private static void ReadToTheEnd(Stream stream, Random random)
    {
        var buffer = new byte[200_000];
        try
        {
            while (true)
            {
                var count = random.Next(2) == 0 ? stream.Read(buffer) : stream.ReadAsync(buffer).AsTask().GetAwaiter().GetResult();
                Assert.That(buffer.AsSpan(0, count).IndexOfAnyExcept((byte)'A'), Is.EqualTo(-1));
                if (stream.Position >= Length)
                {
                    stream.Position = random.Next(Length);
                }
            }
        }
        catch (ObjectDisposedException)
        {
        }
    }

    private static Fault.Hold? HoldRead(Step step, TaskCompletionSource asked, Task until)
    {
        if (step.Op != Nfs4Op.Read)
        {
            return null;
        }

        asked.TrySetResult();
        return new Fault.Hold(until);
    }

    /// <summary>With the machine's clock: nothing here waits for time.</summary>
    private static async Task<ScriptedVolume> StartAsync(PeerSettings? settings = null)
    {
        var scripted = await ScriptedVolume.OverAsync(new ScriptedServer(settings), time: TimeProvider.System);
        scripted.Server.Tree.PutFile(Path, [.. Enumerable.Repeat((byte)'A', Length)]);
        await scripted.ListAsync("d");
        return scripted;
    }
}
