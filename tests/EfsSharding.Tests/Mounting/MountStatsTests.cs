using EfsSharding.Access;
using FsCheck;

namespace EfsSharding.Tests.Mounting;

[TestFixture]
internal sealed class MountStatsTests
{
    // As Linux 6.1 writes it.
    private const string Text = """
        device root mounted on / with fstype ext4
        device 127.0.0.1:/ mounted on /mnt/efs-1 with fstype nfs4 statvers=1.1
        	opts:	rw,vers=4.1,rsize=1048576,wsize=1048576,namlen=255
        	age:	0
        	impl_id:	name='',domain='',date='0,0'
        	xprt:	tcp 0 0 2 0 0 18 18 0 18 0 2 0 0
        	per-op statistics
        	        NULL: 1 1 0 44 24 0 0 1 0

        device 127.0.0.2:/ mounted on /mnt/a\040b with fstype nfs4 statvers=1.1
        	xprt:	tcp 771 0 2 0 0 14 14 0 14 0 2 0 0
        	xprt:	tcp 772 0 1 0 0 10 10 0 10 0 2 0 0
        """;

    [Test]
    public void Tells_the_connections_of_each_NFS_mount()
    {
        var mounts = MountStats.Parse(Text);

        Assert.That(mounts.Select(m => m.MountPoint), Is.EqualTo(["/mnt/efs-1", "/mnt/a b"]));
        Assert.That(mounts[0].Connections, Is.EqualTo(["tcp 0 0 2 0 0 18 18 0 18 0 2 0 0"]));
        Assert.That(mounts[1].Connections, Has.Count.EqualTo(2));
    }

    [FsCheck.NUnit.Property(MaxTest = 500)]
    public bool Garbage_is_no_error(NonEmptyArray<string?> lines) =>
        MountStats.Parse(string.Join('\n', lines.Get.Select((line, i) => (i % 3) switch
        {
            0 => $"device {line}",
            1 => $"device x mounted on {line} with fstype nfs",
            _ => $"\txprt: {line}",
        }))).Count <= lines.Get.Length;
}
