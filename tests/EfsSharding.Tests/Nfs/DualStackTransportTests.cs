using System.Net;
using EfsSharding.Nfs.Rpc;
using Microsoft.Extensions.Time.Testing;

namespace EfsSharding.Tests.Nfs;

internal sealed class DualStackTransportTests
{
    private readonly FakeTimeProvider _time = new();

    [Test]
    public async Task An_address_that_does_not_answer_gives_way_and_is_asked_second_from_then_on([Values] bool refuses)
    {
        var (dead, good) = (new ScriptedTransport(IPAddress.Loopback), new ScriptedTransport(IPAddress.IPv6Loopback));
        var transport = new DualStackTransport(dead, good, _time);
        if (refuses)
        {
            dead.Answers.Enqueue(Task.FromException<Stream>(new IOException("refused")));
        }
        else
        {
            dead.Answers.Enqueue(new TaskCompletionSource<Stream>().Task);
        }

        var stream = new MemoryStream();
        good.Answers.Enqueue(Task.FromResult<Stream>(stream));
        good.Answers.Enqueue(Task.FromResult<Stream>(stream));
        var connecting = transport.ConnectAsync(CancellationToken.None).AsTask();
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.That(await connecting, Is.SameAs(stream));
        Assert.That(transport.EndPoint, Is.EqualTo(good.EndPoint));
        Assert.That(await transport.ConnectAsync(CancellationToken.None), Is.SameAs(stream));
        Assert.That(dead.Answers, Is.Empty);
    }

    [Test]
    public async Task Two_addresses_that_refuse_are_both_named()
    {
        var (one, two) = (new ScriptedTransport(IPAddress.Loopback), new ScriptedTransport(IPAddress.IPv6Loopback));
        one.Answers.Enqueue(Task.FromException<Stream>(new IOException("No connection to the first.")));
        two.Answers.Enqueue(Task.FromException<Stream>(new IOException("No connection to the second.")));

        await Assert.ThatAsync(
            () => new DualStackTransport(one, two, _time).ConnectAsync(CancellationToken.None).AsTask(),
            Throws.InstanceOf<IOException>().With.Message.Contains("the first").And.Message.Contains("the second"));
    }

    private sealed class ScriptedTransport(IPAddress address) : INfsTransport
    {
        public Queue<Task<Stream>> Answers { get; } = new();

        public EndPoint EndPoint { get; } = new IPEndPoint(address, 2049);

        public async ValueTask<Stream> ConnectAsync(CancellationToken cancellationToken) => await Answers.Dequeue().WaitAsync(cancellationToken);
    }
}
