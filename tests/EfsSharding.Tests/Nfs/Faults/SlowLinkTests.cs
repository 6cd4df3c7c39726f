using EfsSharding.Nfs;
using EfsSharding.TestSupport.Scripted;
using EfsSharding.Volumes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EfsSharding.Tests.Nfs.Faults;

/// <summary>A link over which one request or reply takes far longer than an operation may go without progress.</summary>
internal sealed class SlowLinkTests
{
    /// <summary>A look of the client at what moved may come half a step late, and must find it within the timeout all the same.</summary>
    private static readonly TimeSpan Step = ScriptedVolume.OperationTimeout * 0.6;

    private FakeTimeProvider _time = null!;
    private ScriptedServer _server = null!;
    private SlowLink.Transport _transport = null!;
    private IVolume _volume = null!;
    private bool _swallowed;

    private SlowLink Link => _transport.Last!;

    [SetUp]
    public async Task SetUp()
    {
        _time = new FakeTimeProvider();
        _swallowed = false;
        _server = new ScriptedServer();
        var options = new DirectNfsOptions { Port = _server.Port, ConnectionsPerTarget = 1 };
        var mounter = new DirectNfsMounter(
            options, ScriptedVolume.OperationTimeout, (_, tcp) => _transport = new SlowLink.Transport(tcp), _time, meters: null, NullLogger.Instance);
        var target = new MountTarget { MountTargetId = "fsmt-slow", FileSystemId = "fs-slow", IpAddress = "127.0.0.1" };
        _volume = await mounter.MountAsync(target, CancellationToken.None);
    }

    [TearDown]
    public async Task TearDown()
    {
        _server.Script = null;
        Link.BeFast();
        await _volume.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Test]
    public async Task A_reply_that_keeps_coming_is_waited_for_however_long_it_takes()
    {
        var content = Content(400_000);
        await WriteAsync(content);
        Link.ReadsAreSlow = true;

        var read = _volume.ReadAllBytesAsync("file", CancellationToken.None);

        Assert.That(await SlowlyAsync(read), Is.GreaterThan(4));
        Assert.That((await read).AsSpan().SequenceEqual(content), Is.True);
    }

    [TestCase(60_000)]
    [TestCase(900_000)]
    public async Task A_request_that_keeps_going_out_is_waited_for_however_long_it_takes(int length)
    {
        var content = Content(length);
        Link.WritesAreSlow = true;

        var write = WriteAsync(content);

        Assert.That(await SlowlyAsync(write), Is.GreaterThan(1.5));
        await write;
        Link.WritesAreSlow = false;
        Assert.That((await _volume.ReadAllBytesAsync("file", CancellationToken.None)).AsSpan().SequenceEqual(content), Is.True);
    }

    [Test]
    public async Task A_reply_that_stops_coming_is_given_up()
    {
        await WriteAsync(Content(400_000));
        Link.ReadsAreSlow = true;
        var read = _volume.ReadAllBytesAsync("file", CancellationToken.None);
        for (var i = 0; i < 8; i++)
        {
            await NextAsync(read);
        }

        await GivenUpAsync(read);
    }

    [Test]
    public async Task A_request_that_is_never_answered_is_given_up_however_much_comes_of_later_replies()
    {
        await WriteAsync(Content(400_000));
        var held = new TaskCompletionSource();
        _server.Script = step => step.Index == 0 && !_swallowed && (_swallowed = true) ? new Fault.Stall(held.Task) : null;
        var hung = _volume.GetAttributesAsync("other", CancellationToken.None);
        Assert.That(SpinWait.SpinUntil(() => _swallowed, TimeSpan.FromSeconds(20)), Is.True);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Link.ReadsAreSlow = true;

        var read = _volume.ReadAllBytesAsync("file", CancellationToken.None);

        await SlowlyAsync(read);
        Assert.That(() => hung, Throws.TypeOf<TargetFaultException>());
        await read;
        held.SetResult();
    }

    /// <summary>Lets one piece after the other through, each after more than half of the timeout.</summary>
    /// <returns>How many timeouts that took.</returns>
    private async Task<double> SlowlyAsync(Task operation)
    {
        var started = _time.GetTimestamp();
        while (await NextAsync(operation))
        {
            _time.Advance(Step / 2);
        }

        return _time.GetElapsedTime(started) / ScriptedVolume.OperationTimeout;
    }

    private async Task<bool> NextAsync(Task operation)
    {
        var asked = Link.Asked.WaitToReadAsync().AsTask();
        if (await Task.WhenAny(operation, asked).WaitAsync(TimeSpan.FromSeconds(20)) == operation)
        {
            return false;
        }

        // What came with the piece before this one counts as of now.
        _time.Advance(Step / 2);
        if (Link.Asked.TryRead(out var permit))
        {
            permit.SetResult();
        }

        return true;
    }

    private async Task GivenUpAsync(Task operation)
    {
        for (var i = 0; i < 40 && !operation.IsCompleted; i++)
        {
            _time.Advance(ScriptedVolume.OperationTimeout);
            await Task.Yield();
        }

        Assert.That(async () => await operation.WaitAsync(TimeSpan.FromSeconds(20)), Throws.TypeOf<TargetFaultException>());
    }

    private Task WriteAsync(byte[] content) =>
        _volume.WriteAsync("file", new PendingWrite(new FileContent(content), FileWriteMode.Replace), CancellationToken.None);

    private static byte[] Content(int length)
    {
        var content = new byte[length];
        new Random(1).NextBytes(content);
        return content;
    }
}
