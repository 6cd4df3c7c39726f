using EfsSharding.Nfs.Operations;
using EfsSharding.TestSupport.Scripted;

namespace EfsSharding.Tests.Nfs.Scripted;

public sealed class ScriptedServerTests
{
    [Test]
    public async Task A_retry_is_answered_from_the_slot_and_not_carried_out_again()
    {
        await using var server = new ScriptedServer();
        using var caller = new RawCaller(server.Port);
        caller.Establish();

        var first = caller.Call(3, w => Make(caller.Sequence(w, 1), "a"));
        var retry = caller.Call(3, w => Make(caller.Sequence(w, 1), "a"));
        var next = caller.Call(3, w => Make(caller.Sequence(w, 2), "a"));

        Assert.Multiple(() =>
        {
            Assert.That(first.Status, Is.EqualTo(Nfs4Stat.Ok));
            Assert.That(retry, Is.EqualTo(first).Using<(Nfs4Stat, uint, byte[] Results)>((a, b) => a.Results.AsSpan().SequenceEqual(b.Results)));
            Assert.That(next.Status, Is.EqualTo(Nfs4Stat.Exist));
            Assert.That(server.Complaints, Is.Empty);
        });
    }

    [Test]
    public async Task Slots_refuse_what_RFC_8881_refuses()
    {
        await using var server = new ScriptedServer();
        using var caller = new RawCaller(server.Port);
        caller.Establish();
        caller.Call(2, w => caller.Sequence(w, 1, cache: false).UInt32(24));

        Assert.Multiple(() =>
        {
            Assert.That(caller.Call(2, w => caller.Sequence(w, 3).UInt32(24)).Status, Is.EqualTo(Nfs4Stat.SeqMisordered));
            Assert.That(caller.Call(2, w => caller.Sequence(w, 1, slot: 8).UInt32(24)).Status, Is.EqualTo(Nfs4Stat.BadSlot));
            Assert.That(caller.Call(2, w => caller.Sequence(w, 1, cache: false).UInt32(24)).Status, Is.EqualTo(Nfs4Stat.RetryUncachedRep));
            Assert.That(caller.Call(3, w => caller.Sequence(w, 1, cache: false).UInt32(24).UInt32(10)).Status, Is.EqualTo(Nfs4Stat.SeqFalseRetry));
            Assert.That(caller.Call(1, w => w.UInt32(24)).Status, Is.EqualTo(Nfs4Stat.OpNotInSession));
            Assert.That(caller.Call(17, w => Roots(caller.Sequence(w, 2), 16)).Status, Is.EqualTo(Nfs4Stat.TooManyOps));
            Assert.That(caller.Call(16, w => Roots(caller.Sequence(w, 2), 15)).Status, Is.EqualTo(Nfs4Stat.Ok));
        });
    }

    [Test]
    public async Task A_restart_forgets_sessions_and_unstable_data_and_keeps_files()
    {
        await using var server = new ScriptedServer(new PeerSettings { FragmentSize = 5, SegmentSize = 3 });
        var file = server.Tree.PutFile("kept", [1, 2, 3]);
        using var caller = new RawCaller(server.Port);
        caller.Establish();
        var written = caller.Call(4, w => Write(caller.Sequence(w, 1).UInt32(24).UInt32(15).Text("kept"), stable: 0, [9]));
        Assert.That(written.Status, Is.EqualTo(Nfs4Stat.Ok));
        Assert.That(file.Content, Is.EqualTo(new byte[] { 9, 2, 3 }));

        server.Restart();
        using var after = new RawCaller(server.Port);
        Assert.That(after.Call(1, w => w.UInt32(53).Fixed(caller.SessionId).UInt32(2).UInt32(0).UInt32(0).Boolean(false)).Status, Is.EqualTo(Nfs4Stat.BadSession));
        Assert.That(server.Tree.Files()["kept"], Is.EqualTo(new byte[] { 1, 2, 3 }));
    }

    private static void Make(PeerWriter writer, string name) =>
        writer.UInt32(24).UInt32(6).UInt32(2).Text(name).Bitmap().Opaque([]);

    private static void Roots(PeerWriter writer, int count)
    {
        for (var i = 0; i < count; i++)
        {
            writer.UInt32(24);
        }
    }

    private static void Write(PeerWriter writer, uint stable, byte[] data)
    {
        writer.UInt32(38);
        Stateid.Anonymous.Write(writer);
        writer.UInt64(0).UInt32(stable).Opaque(data);
    }
}
