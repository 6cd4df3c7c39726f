using EfsSharding.TestSupport.Scripted;

namespace EfsSharding.Tests.Nfs.Faults;

/// <summary>A full file system: a deletion, which is what helps, needs no room; an append says what is there.</summary>
public sealed class FullDiskTests
{
    private const string Path = "a/b/file";

    [Test]
    public async Task A_deletion_needs_no_room_for_one_more_name([Values("NoSpc", "DQuot")] string status)
    {
        await using var scripted = await ScriptedStore.StartAsync();
        scripted.Put(Path, "old");
        scripted.Server.Script = Full(Enum.Parse<Nfs4Stat>(status));

        Assert.That(await scripted.Store.DeleteAsync(Path).WaitAsync(ScriptedStore.Patience), Is.True);

        Assert.That(scripted.Read(Path), Is.Null);
    }

    [Test]
    public async Task A_deletion_without_room_whose_answer_was_lost_deletes_no_newer_file([Values] bool isReplaced)
    {
        await using var scripted = await ScriptedStore.StartAsync(haste: 1);
        scripted.Put(Path, "old");
        var (lost, full) = (-1L, Full(Nfs4Stat.NoSpc));
        scripted.Server.Script = step =>
        {
            if (Volatile.Read(ref lost) < 0 && step.Index == 0 && step.Requests.Any(r => r.Op == Nfs4Op.Remove) && !step.Requests.Any(r => r.Op == Nfs4Op.Rename))
            {
                Volatile.Write(ref lost, step.Compound);
                return new Fault.CutAfter();
            }

            if (step.Index == 0 && Volatile.Read(ref lost) is >= 0 and var cut && step.Compound == cut + 1)
            {
                if (isReplaced)
                {
                    scripted.Server.Tree.PutFile(Path, "theirs"u8.ToArray());
                }

                scripted.Server.LoseSessions();
            }

            return full(step);
        };

        if (isReplaced)
        {
            var failure = await Assert.CatchAsync<StoreException>(() => scripted.Store.DeleteAsync(Path).WaitAsync(ScriptedStore.Patience));
            Assert.That(failure!.MayHaveTakenEffect, Is.True, failure.Message);
        }
        else
        {
            Assert.That(await scripted.Store.DeleteAsync(Path).WaitAsync(ScriptedStore.Patience), Is.True);
        }

        Assert.That(scripted.Read(Path), Is.EqualTo(isReplaced ? "theirs" : null));
    }

    [Test]
    public async Task An_append_that_cannot_be_committed_leaves_what_was_there([Values("NoSpc", "DQuot")] string status)
    {
        await using var scripted = await ScriptedStore.StartAsync();
        scripted.Put(Path, "before");
        scripted.Server.Script = step => step.Op == Nfs4Op.Commit ? new Fault.Answer(Enum.Parse<Nfs4Stat>(status)) : null;

        var failure = await Assert.CatchAsync<StorageFullException>(() => scripted.Store.AppendAllBytesAsync(Path, new byte[3_000_000]).WaitAsync(ScriptedStore.Patience));

        Assert.That((failure!.Path, failure.MayHaveTakenEffect, scripted.Read(Path)), Is.EqualTo((Path, false, "before")), failure.Message);
    }

    [Test]
    public async Task A_directory_that_came_in_the_files_place_gets_its_name_back([Values("at once", "answer lost", "refused")] string back)
    {
        await using var scripted = await ScriptedStore.StartAsync(settings: new PeerSettings { TakesVerify = false });
        var server = scripted.Server;
        scripted.Put(Path, "old");
        var (renames, lost) = (0, -1L);
        server.Script = step =>
        {
            if (step.Index == 0 && Volatile.Read(ref lost) is >= 0 and var cut && step.Compound == cut + 1)
            {
                server.LoseSessions();
            }

            if (step.Index != 0 || !step.Requests.Any(r => r.Op == Nfs4Op.Rename))
            {
                return step.Op == Nfs4Op.Rename && Volatile.Read(ref renames) > 1 && back == "refused" ? new Fault.Answer(Nfs4Stat.Access) : null;
            }

            if (Interlocked.Increment(ref renames) == 1)
            {
                server.Tree.Remove(Path);
                server.Tree.PutFile($"{Path}/below", "text"u8.ToArray());
            }
            else if (renames == 2 && back == "answer lost")
            {
                Volatile.Write(ref lost, step.Compound);
                return new Fault.CutAfter();
            }

            return null;
        };

        var deletion = scripted.Store.DeleteAsync(Path).WaitAsync(ScriptedStore.Patience);
        if (back == "refused")
        {
            var failure = await Assert.CatchAsync<ChangeInDoubtException>(() => deletion);
            Assert.That(failure!.Message, Does.Contain(scripted.Server.Tree.Files().Keys.Single().Split('/')[^2]));
            return;
        }

        Assert.That(await deletion, Is.False);
        Assert.That(scripted.Read($"{Path}/below"), Is.EqualTo("text"));
    }

    private static Func<Step, Fault?> Full(Nfs4Stat status) => step => step.Op is Nfs4Op.Rename or Nfs4Op.Create or Nfs4Op.Link or Nfs4Op.Write ? new Fault.Answer(status) : null;
}
