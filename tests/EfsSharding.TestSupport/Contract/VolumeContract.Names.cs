using EfsSharding.Volumes;

namespace EfsSharding.TestSupport.Contract;

internal abstract partial class VolumeContract
{
    [Test]
    public async Task A_listing_says_which_names_are_not_utf8()
    {
        Server.Write("d/café", "x"u8);
        Server.Write("d/\uFFFD", "x"u8);
        foreach (var (name, isDirectory) in new (byte[], bool)[]
        {
            ([(byte)'c', 0xE9], false), ([(byte)'c', 0xE8], false), ([0xFF], true), ([0xED, 0xA0, 0x80], false), ([0xC3, (byte)'/' + 1], true), ([0xF0, 0x9F], false),
        })
        {
            WriteNamed("d", name, isDirectory);
        }

        var listed = await ListAsync(Volume, "d");

        Assert.That(listed.Where(e => e.Kind != DirectoryEntryKind.NotUtf8).Select(e => e.Name), Is.EquivalentTo(new[] { "café", "\uFFFD" }));
        Assert.That(listed.Count(e => e.Kind == DirectoryEntryKind.NotUtf8), Is.EqualTo(6));
        Assert.That(listed.Select(e => e.Name), Is.Unique);
        foreach (var entry in listed.Where(e => e.Kind == DirectoryEntryKind.NotUtf8))
        {
            Assert.That(() => StorePath.Validate(entry.Name), Throws.InstanceOf<InvalidStorePathException>());
        }
    }

    [Test]
    public async Task Names_that_are_not_utf8_are_in_nobodys_way()
    {
        WriteNamed("d", [0xE9], isDirectory: false);
        WriteNamed("d", [0xE8], isDirectory: true);

        foreach (var mode in Enum.GetValues<FileWriteMode>())
        {
            await WriteAsync(Volume, $"d/{mode}/file", [1], mode);
            await WriteAsync(Volume, $"d/file-{mode}", [1], mode);
            Assert.That(await ReadAsync(Other, $"d/file-{mode}"), Is.EqualTo(new byte[] { 1 }));
            Assert.That(await Other.DeleteAsync($"d/file-{mode}", CancellationToken.None), Is.True);
        }

        Assert.That((await ListAsync(Volume, "d")).Count(e => e.Kind == DirectoryEntryKind.NotUtf8), Is.EqualTo(2));
    }

    [Test]
    public async Task Files_that_a_kernel_keeps_for_its_open_descriptors_are_not_listed()
    {
        string[] hidden = [".nfs000000000012ab3400000001", ".nfs0000000000000001", ".nfsA1b2", ".nfs80001"];
        string[] shown = [".nfs", ".nfsd", ".nfs-data", ".nfs12345g", "x.nfs000000000012ab3400000001", ".NFS000000000012ab3400000001"];
        foreach (var name in hidden.Concat(shown))
        {
            Server.Write($"d/{name}", "x"u8);
        }

        Assert.That((await ListAsync(Volume, "d")).Select(e => e.Name), Is.EquivalentTo(shown));
        Assert.That(Server.Names("d"), Is.EquivalentTo(hidden.Concat(shown)));
        foreach (var name in hidden)
        {
            Assert.That(() => StorePath.Validate($"d/{name}"), Throws.InstanceOf<InvalidStorePathException>());
            Assert.That(() => StorePath.Validate($"{name}/file"), Throws.InstanceOf<InvalidStorePathException>());
        }

        Assert.That(() => Array.ForEach(shown, StorePath.Validate), Throws.Nothing);
    }

    private void WriteNamed(string directory, byte[] name, bool isDirectory)
    {
        if (!Server.TryWriteNamed(directory, name, isDirectory))
        {
            Assert.Ignore("needs a file system that takes any bytes as a name: run on Linux");
        }
    }
}
