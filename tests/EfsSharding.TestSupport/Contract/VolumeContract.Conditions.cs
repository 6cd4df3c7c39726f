using System.Globalization;
using System.Text;
using EfsSharding.Volumes;

namespace EfsSharding.TestSupport.Contract;

/// <summary>Changes on the condition that a file is of a certain version.</summary>
internal abstract partial class VolumeContract
{
    [TestCase(20)]
    [TestCase(3_000_000)]
    public async Task A_file_is_replaced_only_while_it_is_of_the_version(int length)
    {
        await WriteAsync(Volume, "d/file", Bytes(10));
        var first = await VersionAsync("d/file");

        await ReplaceIfAsync(Volume, "d/file", Bytes(length, 2), first);
        var mismatch = (await Assert.ThrowsAsync<VersionMismatchException>(() => ReplaceIfAsync(Other, "d/file", Bytes(length, 3), first)))!;

        Assert.That(await ReadAsync(Other, "d/file"), Is.EqualTo(Bytes(length, 2)));
        Assert.That(mismatch.PresentVersion, Is.EqualTo((await VersionAsync("d/file")).ToString()));
        await NoTemporaryFileStaysAsync("d");
    }

    [Test]
    public async Task A_file_is_deleted_only_while_it_is_of_the_version()
    {
        await WriteAsync(Volume, "d/file", Bytes(10));
        var first = await VersionAsync("d/file");
        await WriteAsync(Other, "d/file", Bytes(10, 2));
        var second = await VersionAsync("d/file");

        await Assert.ThrowsAsync<VersionMismatchException>(() => DeleteIfAsync(Volume, "d/file", first));
        Assert.That(await ReadAsync(Volume, "d/file"), Is.EqualTo(Bytes(10, 2)));
        await DeleteIfAsync(Volume, "d/file", second);

        Assert.That(await Volume.GetAttributesAsync("d/file", default), Is.Null);
        var mismatch = (await Assert.ThrowsAsync<VersionMismatchException>(() => DeleteIfAsync(Other, "d/file", second)))!;
        Assert.That(mismatch.PresentVersion, Is.Null);
        Assert.That(() => ReplaceIfAsync(Other, "d/file", Bytes(1), second), Throws.TypeOf<VersionMismatchException>());
        Assert.That(() => ReplaceIfAsync(Other, "nowhere/file", Bytes(1), second), Throws.TypeOf<VersionMismatchException>());
    }

    [Test]
    public async Task A_file_is_changed_where_its_directory_was_made_again()
    {
        await WriteAsync(Volume, "d/file", Bytes(10));
        await ReplaceIfAsync(Volume, "d/file", Bytes(11), await VersionAsync("d/file"));
        await Other.DeleteAsync("d/file", new DeleteAttempt(0), default);
        Server.RemoveEmptyDirectory("d");
        await WriteAsync(Other, "d/file", Bytes(12));
        var version = (await Other.GetAttributesAsync("d/file", default))!.Value.Version!.Value;

        await ReplaceIfAsync(Volume, "d/file", Bytes(13), version);

        Assert.That(await ReadAsync(Other, "d/file"), Is.EqualTo(Bytes(13)));
    }

    [Test]
    public async Task An_append_makes_another_version()
    {
        await WriteAsync(Volume, "d/file", Bytes(10));
        var first = await VersionAsync("d/file");
        await WriteAsync(Other, "d/file", Bytes(1), FileWriteMode.Append);

        Assert.That(() => ReplaceIfAsync(Volume, "d/file", Bytes(1), first), Throws.TypeOf<VersionMismatchException>());
        Assert.That((await ReadAsync(Volume, "d/file")).Length, Is.EqualTo(11));
    }

    [Test]
    public async Task Of_twenty_callers_with_one_version_one_wins()
    {
        const int Callers = 20;
        const int Rounds = 15;
        await WriteAsync(Volume, "d/file", "0"u8.ToArray());
        for (var round = 0; round < Rounds; round++)
        {
            var version = await VersionAsync("d/file");
            var won = await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
            {
                try
                {
                    await ReplaceIfAsync(caller % 2 == 0 ? Volume : Other, "d/file", Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{caller:00}")), version);
                    return caller;
                }
                catch (VersionMismatchException)
                {
                    return -1;
                }
            })));

            var winners = won.Where(caller => caller >= 0).ToArray();
            Assert.That(winners, Has.Length.EqualTo(1), $"round {round}");
            Assert.That(Encoding.ASCII.GetString(await ReadAsync(Other, "d/file")), Is.EqualTo($"{winners[0]:00}"), $"round {round}");
        }

        await NoTemporaryFileStaysAsync("d");
    }

    [Test]
    public async Task Callers_that_read_change_and_write_back_lose_no_change()
    {
        const int Callers = 6;
        const int Each = 20;
        await WriteAsync(Volume, "d/count", "0"u8.ToArray());
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            var volume = caller % 2 == 0 ? Volume : Other;
            for (var done = 0; done < Each;)
            {
                var version = (await volume.GetAttributesAsync("d/count", default))!.Value.Version!.Value;
                var count = int.Parse(Encoding.ASCII.GetString(await ReadAsync(volume, "d/count")), CultureInfo.InvariantCulture);
                try
                {
                    await ReplaceIfAsync(volume, "d/count", Encoding.ASCII.GetBytes((count + 1).ToString(CultureInfo.InvariantCulture)), version);
                    done++;
                }
                catch (VersionMismatchException)
                {
                    // Somebody else was first.
                }
            }
        })));

        Assert.That(Encoding.ASCII.GetString(await ReadAsync(Other, "d/count")), Is.EqualTo((Callers * Each).ToString(CultureInfo.InvariantCulture)));
    }

    private async Task<StoredVersion> VersionAsync(string path) => (await Volume.GetAttributesAsync(path, default))!.Value.Version!.Value;

    private static Task ReplaceIfAsync(IVolume volume, string path, byte[] content, StoredVersion expected) =>
        volume.WriteAsync(path, new PendingWrite(new FileContent(content), FileWriteMode.Replace) { Expected = expected }, default);

    private static Task<bool> DeleteIfAsync(IVolume volume, string path, StoredVersion expected) =>
        volume.DeleteAsync(path, new DeleteAttempt(0) { Expected = expected }, default);
}
