using EfsSharding.TestSupport.Scripted;
using Microsoft.Extensions.Time.Testing;

namespace EfsSharding.Tests.Nfs.Faults;

/// <summary>A caller goes on in the thread that took its reply. What it does there must not keep replies from others, nor from itself.</summary>
[TestFixture(false)]
[TestFixture(true)]
public sealed class BlockingCallerTests(bool hasOneProcessor)
{
    /// <summary>The callers that block, and the server in this process, share the thread pool with the clock.</summary>
    [OneTimeSetUp]
    public void HaveThreads()
    {
        ThreadPool.GetMinThreads(out var workers, out var completion);
        ThreadPool.SetMinThreads(Math.Max(workers, 16), completion);
    }

    [TestCase(1)]
    [TestCase(3)]
    public async Task Callers_that_block_do_not_hold_up_others(int callers)
    {
        await using var scripted = await StartAsync();
        using var leave = new ManualResetEventSlim();
        using var blocked = new CountdownEvent(callers);
        var blocking = Enumerable.Range(0, callers).Select(_ => BlockAsync(scripted, blocked, leave)).ToList();
        Assert.That(blocked.Wait(ScriptedVolume.Patience));

        for (var i = 0; i < 20; i++)
        {
            Assert.That(await scripted.ReadAsync("a/file"), Is.EqualTo("content"));
        }

        leave.Set();
        await Task.WhenAll(blocking).WaitAsync(ScriptedVolume.Patience);
    }

    [Test]
    public async Task A_caller_may_wait_for_its_next_call_without_giving_up_its_thread()
    {
        await using var scripted = await StartAsync();

        await NestAsync(scripted, depth: 5).WaitAsync(ScriptedVolume.Patience);

        Assert.That(await scripted.ReadAsync("a/file"), Is.EqualTo("content"));
    }

    [Test]
    public async Task A_caller_may_block_between_the_parts_of_a_large_file()
    {
        await using var scripted = await StartAsync();
        var content = PutLargeFile(scripted);
        await using var stream = await scripted.Volume.OpenReadAsync("a/large", CancellationToken.None);
        using var copy = new MemoryStream();
        var buffer = new byte[100_000];
        while (await stream.ReadAsync(buffer).ConfigureAwait(false) is > 0 and var count)
        {
            copy.Write(buffer, 0, count);
            Assert.That(scripted.ReadAsync("a/file").GetAwaiter().GetResult(), Is.EqualTo("content"));
        }

        Assert.That(copy.ToArray().AsSpan().SequenceEqual(content));
    }

    [Test]
    public async Task A_caller_may_block_for_the_next_part_of_a_large_file()
    {
        await using var scripted = await StartAsync();
        var content = PutLargeFile(scripted);

        Assert.That((await ReadAsync().WaitAsync(ScriptedVolume.Patience)).AsSpan().SequenceEqual(content));

        async Task<byte[]> ReadAsync()
        {
            await using var stream = await scripted.Volume.OpenReadAsync("a/large", CancellationToken.None).ConfigureAwait(false);
            using var copy = new MemoryStream();
            var buffer = new byte[100_000];
            while (await stream.ReadAsync(buffer).ConfigureAwait(false) is > 0 and var count)
            {
                copy.Write(buffer, 0, count);
                copy.Write(buffer, 0, stream.Read(buffer, 0, buffer.Length));
            }

            return copy.ToArray();
        }
    }

    [TestCase(false, 200)]
    [TestCase(true, 50)]
    public async Task A_call_from_elsewhere_is_answered_while_the_last_caller_is_busy(bool readsLargeFile, int times)
    {
        // The clock stands, so that nothing but the call itself can bring somebody to wait for its reply.
        await using var scripted = await StartAsync(new FakeTimeProvider());
        PutLargeFile(scripted);
        for (var i = 0; i < times; i++)
        {
            using var leave = new ManualResetEventSlim();
            using var blocked = new CountdownEvent(1);
            var blocking = readsLargeFile ? Task.Run(() => BlockInReadAsync(scripted, blocked, leave)) : BlockAsync(scripted, blocked, leave);
            Assert.That(blocked.Wait(ScriptedVolume.Patience));

            try
            {
                Assert.That(await scripted.ReadAsync("a/file"), Is.EqualTo("content"));
            }
            finally
            {
                leave.Set();
            }

            await blocking.WaitAsync(ScriptedVolume.Patience);
        }
    }

    [Test]
    public async Task A_volume_can_be_closed_while_a_caller_blocks()
    {
        await using var scripted = await StartAsync();
        using var leave = new ManualResetEventSlim();
        using var blocked = new CountdownEvent(1);
        var blocking = BlockAsync(scripted, blocked, leave);
        Assert.That(blocked.Wait(ScriptedVolume.Patience));

        await scripted.Volume.DisposeAsync().AsTask().WaitAsync(ScriptedVolume.Patience);

        leave.Set();
        await blocking.WaitAsync(ScriptedVolume.Patience);
    }

    [Test]
    public async Task A_caller_may_close_the_volume_where_its_reply_came()
    {
        // The clock stands, so that closing has to be answered rather than given up.
        await using var scripted = await StartAsync(new FakeTimeProvider());

        await CloseAsync().WaitAsync(ScriptedVolume.Patience);

        async Task CloseAsync()
        {
            await scripted.Volume.ReadAllBytesAsync("a/file", CancellationToken.None).ConfigureAwait(false);
            scripted.Volume.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    private async Task<ScriptedVolume> StartAsync(TimeProvider? time = null)
    {
        var scripted = await ScriptedVolume.OverAsync(new ScriptedServer(), time: time, hasOneProcessor: hasOneProcessor);
        scripted.Server.Tree.PutFile("a/file", "content"u8.ToArray());
        await scripted.ReadAsync("a/file");
        return scripted;
    }

    private static byte[] PutLargeFile(ScriptedVolume scripted)
    {
        var content = new byte[3_000_000];
        new Random(1).NextBytes(content);
        scripted.Server.Tree.PutFile("a/large", content);
        return content;
    }

    /// <summary>Blocks where the second part of the file arrived, while the next ones are under way.</summary>
    private static async Task BlockInReadAsync(ScriptedVolume scripted, CountdownEvent blocked, ManualResetEventSlim leave)
    {
        await using var stream = await scripted.Volume.OpenReadAsync("a/large", CancellationToken.None).ConfigureAwait(false);
        var buffer = new byte[600_000];
        try
        {
            await stream.ReadExactlyAsync(buffer).ConfigureAwait(false);
        }
        finally
        {
            blocked.Signal();
        }

        leave.Wait();
    }

    // In a thread of its own, as the reply may be there before anybody waits for it: then it goes on in that one.
    private static Task BlockAsync(ScriptedVolume scripted, CountdownEvent blocked, ManualResetEventSlim leave) => Task.Run(async () =>
    {
        try
        {
            await scripted.Volume.ReadAllBytesAsync("a/file", CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            blocked.Signal();
        }

        leave.Wait();
    });

    private static async Task NestAsync(ScriptedVolume scripted, int depth)
    {
        await scripted.Volume.ReadAllBytesAsync("a/file", CancellationToken.None).ConfigureAwait(false);
        if (depth > 0)
        {
            NestAsync(scripted, depth - 1).GetAwaiter().GetResult();
        }
    }
}
