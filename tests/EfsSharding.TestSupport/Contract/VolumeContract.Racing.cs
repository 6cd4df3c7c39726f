namespace EfsSharding.TestSupport.Contract;

internal abstract partial class VolumeContract
{
    [TestCase(30, 50_000)]
    [TestCase(3, 1_500_000)]
    public async Task Of_racing_CreateNew_writers_exactly_one_wins_with_its_whole_content(int rounds, int length)
    {
        const int Writers = 12;
        for (var round = 0; round < rounds; round++)
        {
            var path = $"race-{round}/file";
            var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var writes = Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
            {
                var content = new byte[length];
                content.AsSpan().Fill((byte)writer);
                await start.Task;
                try
                {
                    await WriteStreamAsync(writer % 2 == 0 ? Volume : Other, path, new MemoryStream(content), FileWriteMode.CreateNew);
                    return writer;
                }
                catch (FileExistsException)
                {
                    return -1;
                }
            })).ToArray();

            start.SetResult();
            var winners = (await Task.WhenAll(writes)).Where(w => w >= 0).ToArray();

            Assert.That(winners, Has.Length.EqualTo(1), $"round {round}");
            var found = await ReadAsync(Volume, path);
            Assert.That(found, Has.Length.EqualTo(length));
            Assert.That(found.AsSpan().IndexOfAnyExcept((byte)winners[0]), Is.EqualTo(-1), $"round {round}");
            await NoTemporaryFileStaysAsync($"race-{round}");
        }
    }

    [Test]
    public async Task Readers_see_the_old_file_or_the_new_one_and_never_a_mix()
    {
        const int Replacements = 150;
        await WriteAsync(Volume, "d/file", Version(0));
        var done = false;
        var readers = Enumerable.Range(0, 4).Select(reader => Task.Run(async () =>
        {
            var seen = 0;
            while (!Volatile.Read(ref done) || seen == 0)
            {
                var bytes = reader % 2 == 0 ? await ReadAsync(Volume, "d/file") : await ReadStreamAsync(Volume, "d/file");
                Assert.That(bytes.AsSpan().SequenceEqual(Version(bytes[0])), Is.True, "a mix");
                seen++;
            }

            return seen;
        })).ToArray();

        try
        {
            for (var i = 1; i <= Replacements; i++)
            {
                await WriteAsync(Volume, "d/file", Version(i));
            }
        }
        finally
        {
            Volatile.Write(ref done, true);
        }

        Assert.That(await Task.WhenAll(readers), Has.All.GreaterThan(0));
        Assert.That(await ReadAsync(Volume, "d/file"), Is.EqualTo(Version(Replacements)));

        static byte[] Version(int i)
        {
            var bytes = new byte[1000 + (i * 331)];
            bytes.AsSpan().Fill((byte)i);
            return bytes;
        }
    }

    [Test]
    public async Task Writers_that_need_the_same_missing_directories_all_succeed()
    {
        const int Writers = 40;
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(i => Task.Run(
            () => WriteAsync(i % 2 == 0 ? Volume : Other, $"a/b/c/d/e/file-{i}", [(byte)i], FileWriteMode.CreateNew))));

        Assert.That((await ListAsync(Volume, "a/b/c/d/e")).Select(e => e.Name), Is.EquivalentTo(Enumerable.Range(0, Writers).Select(i => $"file-{i}")));
        for (var i = 0; i < Writers; i++)
        {
            Assert.That(await ReadAsync(Volume, $"a/b/c/d/e/file-{i}"), Is.EqualTo(new[] { (byte)i }));
        }
    }
}
