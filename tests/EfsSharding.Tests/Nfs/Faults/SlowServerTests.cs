using System.Threading.Channels;
using EfsSharding.TestSupport.Scripted;
using Microsoft.Extensions.Time.Testing;

namespace EfsSharding.Tests.Nfs.Faults;

/// <summary>A server that answers each request in time, one after the other, while more wait than it answers within one timeout.</summary>
internal sealed class SlowServerTests
{
    private const int Requests = 6;

    private static readonly TimeSpan Step = ScriptedVolume.OperationTimeout - TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _time = new();
    private Channel<TaskCompletionSource> _arrived = null!;

    [SetUp]
    public void SetUp() => _arrived = Channel.CreateUnbounded<TaskCompletionSource>();

    [Test]
    public async Task Waiting_for_a_slot_is_no_fault_while_slots_come_back()
    {
        await using var scripted = await StartAsync(new PeerSettings { Limits = new ChannelLimits(8192, 8192, 2048, 16, 1) });
        var all = Task.WhenAll(Enumerable.Range(0, Requests).Select(i => scripted.Volume.GetAttributesAsync($"missing-{i}", CancellationToken.None)));

        while (await Task.WhenAny(all, _arrived.Reader.WaitToReadAsync().AsTask()) != all)
        {
            if (_arrived.Reader.TryRead(out var held))
            {
                _time.Advance(Step);
                held.SetResult();
            }
        }

        Assert.That(await all, Is.All.Null);
        scripted.Server.Script = null;
    }

    [Test]
    public async Task A_request_is_given_no_less_time_for_those_that_were_sent_before_it()
    {
        await using var scripted = await StartAsync(new PeerSettings());
        var sent = new List<(Task Operation, TaskCompletionSource Held)>();
        for (var i = 0; i < Requests; i++)
        {
            scripted.Server.Tree.PutFile($"file-{i}", []);
            var operation = scripted.Volume.GetAttributesAsync($"file-{i}", CancellationToken.None);
            sent.Add((operation, await _arrived.Reader.ReadAsync().AsTask().WaitAsync(ScriptedVolume.Patience)));
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        scripted.Server.Script = null;
        foreach (var (operation, held) in sent)
        {
            _time.Advance(Step);
            held.SetResult();
            await operation.WaitAsync(ScriptedVolume.Patience);
        }
    }

    private async Task<ScriptedVolume> StartAsync(PeerSettings settings)
    {
        var server = new ScriptedServer(settings);
        var scripted = await ScriptedVolume.OverAsync(server, time: _time);
        server.Script = step =>
        {
            if (step.Index > 0)
            {
                return null;
            }

            var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _arrived.Writer.TryWrite(held);
            return new Fault.Stall(held.Task);
        };
        return scripted;
    }
}
