using System.Buffers.Binary;
using System.IO.Hashing;
using System.Numerics;
using EfsSharding.Nfs;
using EfsSharding.TestSupport.Scripted;
using EfsSharding.Volumes;

namespace EfsSharding.Tests.Nfs.Faults;

/// <summary>Directories that are large, that servers lose their place in, or that they do not say everything about.</summary>
public sealed class DirectoryReadingTests
{
    [Test]
    public async Task What_a_server_names_without_its_kind_is_asked_for_by_name([Values("error", "nothing")] string says)
    {
        await using var scripted = await StartAsync(new PeerSettings { MaxEntries = 3 }, files: 4);
        scripted.Server.Tree.PutFile("d/sub/below", []);
        foreach (var name in new[] { "file-0", "file-2", "sub" })
        {
            scripted.Server.Tree.Find($"d/{name}")!.ReadDirError = says == "error" ? Nfs4Stat.Io : Nfs4Stat.Ok;
        }

        var entries = await scripted.Volume.ListAsync("d", default).ToListAsync();

        Assert.That(entries.Where(e => e.Kind == DirectoryEntryKind.File).Select(e => e.Name), Is.EquivalentTo(Enumerable.Range(0, 4).Select(i => $"file-{i}")));
        Assert.That(entries.Single(e => e.Kind == DirectoryEntryKind.Directory).Name, Is.EqualTo("sub"));
        Assert.That(await CountAsync(scripted), Is.EqualTo((4, 1)));
    }

    [Test]
    public async Task What_nobody_may_look_at_is_an_error_after_everything_else()
    {
        await using var scripted = await StartAsync(new PeerSettings { MaxEntries = 3 }, files: 7);
        scripted.Server.Tree.Find("d/file-1")!.ReadDirError = Nfs4Stat.Access;
        scripted.Server.Script = step => step.Request is LookupRequest { Name: "file-1" } ? new Fault.Answer(Nfs4Stat.Access) : null;
        var names = new List<string>();

        await Assert.ThatAsync(
            async () =>
            {
                await foreach (var entry in scripted.Volume.ListAsync("d", default))
                {
                    names.Add(entry.Kind == DirectoryEntryKind.File ? entry.Name : $"{entry.Kind}");
                }
            },
            Throws.TypeOf<UnauthorizedAccessException>());

        Assert.That(names, Is.EquivalentTo(Enumerable.Range(0, 7).Select(i => i == 1 ? "Other" : $"file-{i}")));
    }

    [Test]
    public async Task What_went_while_it_was_listed_is_left_out()
    {
        await using var scripted = await StartAsync(new PeerSettings(), files: 3);
        scripted.Server.Tree.Find("d/file-1")!.ReadDirError = Nfs4Stat.NoEnt;
        scripted.Server.Script = step => step.Request is LookupRequest { Name: "file-1" } ? new Fault.Answer(Nfs4Stat.NoEnt) : null;

        Assert.That(await scripted.ListAsync("d"), Is.EquivalentTo(new[] { "file-0", "file-2" }));
    }

    [Test]
    public async Task A_reading_that_comes_further_each_time_may_begin_again_often()
    {
        await using var scripted = await StartAsync(new PeerSettings { MaxEntries = 10 }, files: 400);
        var (pages, allowed, restarts) = (0, 1, 0);
        scripted.Server.Script = step =>
        {
            if (step.Request is not ReadDirRequest { Cookie: > 0 } || ++pages <= allowed)
            {
                return null;
            }

            (pages, allowed) = (0, allowed + 2);
            restarts++;
            return new Fault.Answer(Nfs4Stat.NotSame);
        };

        Assert.That((await scripted.ListAsync("d")).Distinct().Count(), Is.EqualTo(400));
        Assert.That(restarts, Is.GreaterThan(11));
        (pages, allowed) = (0, 1);
        Assert.That(await CountAsync(scripted), Is.EqualTo((400, 0)), "each once");
    }

    [Test]
    public async Task A_reading_that_comes_no_further_ends()
    {
        await using var scripted = await StartAsync(new PeerSettings { MaxEntries = 10 }, files: 30);
        scripted.Server.Script = step => step.Request is ReadDirRequest { Cookie: > 0 } ? new Fault.Answer(Nfs4Stat.NotSame) : null;

        await Assert.ThatAsync(() => scripted.ListAsync("d"), Throws.InstanceOf<IOException>());
    }

    [Test]
    public async Task Listing_a_large_directory_takes_memory_that_does_not_depend_on_it()
    {
        const int Files = 100_000;
        await using var scripted = await StartAsync(new PeerSettings(), Files);
        var (before, most, names) = (0L, 0L, 0);
        await foreach (var entry in scripted.Volume.ListAsync("d", default))
        {
            if (names++ % 20_000 == 10_000)
            {
                var now = GC.GetTotalMemory(forceFullCollection: true);
                (before, most) = (before == 0 ? now : before, Math.Max(most, now));
            }
        }

        Assert.That(names, Is.EqualTo(Files));
        Assert.That(most - before, Is.LessThan(1 << 20), "80,000 names more; their hashes alone take 2 MiB");
    }

    [Test]
    public async Task Names_that_were_chosen_to_have_one_hash_are_counted_each()
    {
        var names = Enumerable.Range(0, 20).SelectMany(NamesOfOneHash).ToArray();
        Assert.That(names.Select(n => XxHash64.HashToUInt64(n)).Distinct().Count(), Is.EqualTo(20));
        await using var scripted = await StartAsync(new PeerSettings { MaxEntries = 7 }, files: 0);
        foreach (var name in names)
        {
            scripted.Server.Tree.PutFile($"d/{NotUtf8Name.Decode(name)}", []);
        }

        Assert.That(await CountAsync(scripted), Is.EqualTo((40, 0)));
    }

    /// <summary>Two names of 64 bytes: what the first eight bytes do to a lane of the hash, the eight bytes that come next into it take back.</summary>
    private static byte[][] NamesOfOneHash(int seed)
    {
        const ulong P1 = 0x9E3779B185EBCA87, P2 = 0xC2B2AE3D27D4EB4F;
        var start = unchecked(P1 + P2);
        var inverse = P2;
        for (var i = 0; i < 5; i++)
        {
            inverse = unchecked(inverse * (2 - (P2 * inverse)));
        }

        var random = new Random(seed);
        while (true)
        {
            var one = new byte[64];
            for (var i = 0; i < one.Length; i++)
            {
                one[i] = (byte)random.Next('a', 'z');
            }

            var two = one.ToArray();
            two[0] ^= 1;
            two[3] ^= 2;
            var (here, there) = (Round(start, one), Round(start, two));
            BinaryPrimitives.WriteUInt64LittleEndian(two.AsSpan(32), unchecked(BinaryPrimitives.ReadUInt64LittleEndian(one.AsSpan(32)) + ((here - there) * inverse)));
            if (two.AsSpan().IndexOfAny((byte)0, (byte)'/') < 0)
            {
                return [one, two];
            }
        }

        static ulong Round(ulong lane, byte[] name) => unchecked(BitOperations.RotateLeft(lane + (BinaryPrimitives.ReadUInt64LittleEndian(name) * P2), 31) * P1);
    }

    private static async Task<(int Files, int Directories)> CountAsync(ScriptedVolume scripted)
    {
        var (files, directories) = (0, 0);
        await foreach (var page in ((DirectNfsVolume)scripted.Volume).Directories.CountAsync("d", default))
        {
            files += page.Files;
            directories += page.Directories.Count;
        }

        return (files, directories);
    }

    private static async Task<ScriptedVolume> StartAsync(PeerSettings settings, int files)
    {
        var scripted = await ScriptedVolume.OverAsync(new ScriptedServer(settings), time: TimeProvider.System);
        scripted.Server.Tree.PutDirectory("d");
        for (var i = 0; i < files; i++)
        {
            scripted.Server.Tree.PutFile($"d/file-{i}", []);
        }

        return scripted;
    }
}
