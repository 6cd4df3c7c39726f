using EfsSharding.TestSupport.Scripted;

namespace EfsSharding.Tests.Nfs.Faults;

/// <summary>Sizes and times at the limits of what NFS can say are answers about one file, and no reason to distrust the server.</summary>
public sealed class OddAttributesTests
{
    [Test]
    public async Task Any_size_is_a_length([Values(0ul, 1ul << 31, (ulong)long.MaxValue, 1ul << 63, ulong.MaxValue)] ulong size)
    {
        await using var scripted = await StartAsync(file => file.StatedSize = size);

        var attributes = await scripted.Volume.GetAttributesAsync("d/file", default);
        Assert.That(attributes!.Value.Length, Is.EqualTo((long)Math.Min(size, long.MaxValue)));
        Assert.That(await scripted.ReadAsync("d/other"), Is.EqualTo("other"));
        Assert.That(scripted.Server.State.Sessions, Has.Count.EqualTo(1), "the session stays");
    }

    [Test]
    public async Task A_file_too_large_for_an_array_can_be_read_as_a_stream([Values(1ul << 31, ulong.MaxValue)] ulong size)
    {
        await using var scripted = await StartAsync(file => (file.StatedSize, file.Content) = (size, new byte[300_000]));

        Assert.That(() => scripted.Volume.ReadAllBytesAsync("d/file", default), Throws.InstanceOf<IOException>().With.Message.Contains("as a stream"));
        await using var stream = await scripted.Volume.OpenReadAsync("d/file", default);
        Assert.That(stream.Length, Is.EqualTo((long)Math.Min(size, long.MaxValue)));
        await stream.ReadExactlyAsync(new byte[300_000]);
        Assert.That(await stream.ReadAsync(new byte[10]), Is.Zero, "what is not there is the end");
        Assert.That(stream.Seek(-1, SeekOrigin.End), Is.EqualTo(stream.Length - 1));
        Assert.That(() => stream.Seek(long.MaxValue, SeekOrigin.Current), Throws.InstanceOf<IOException>());
    }

    [Test]
    public async Task Any_time_is_a_time_or_the_nearest_there_is([Values(long.MinValue, -62_135_596_801, -1, 0, 253_402_300_800, long.MaxValue)] long seconds)
    {
        await using var scripted = await StartAsync(file => file.StatedModified = seconds);

        var modified = (await scripted.Volume.GetAttributesAsync("d/file", default))!.Value.LastModified;

        Assert.That(
            modified.ToUnixTimeSeconds(),
            Is.EqualTo(Math.Clamp(seconds, DateTimeOffset.MinValue.ToUnixTimeSeconds(), DateTimeOffset.MaxValue.ToUnixTimeSeconds())));
        Assert.That(modified.Offset, Is.EqualTo(TimeSpan.Zero));
    }

    private static async Task<ScriptedVolume> StartAsync(Action<Inode> make)
    {
        var scripted = await ScriptedVolume.StartAsync();
        make(scripted.Server.Tree.PutFile("d/file", "content"u8.ToArray()));
        scripted.Server.Tree.PutFile("d/other", "other"u8.ToArray());
        return scripted;
    }
}
