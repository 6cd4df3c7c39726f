using System.Diagnostics;
using EfsSharding.Access;
using EfsSharding.Volumes;

namespace EfsSharding.IntegrationTests.RealMounts;

[TestFixture]
internal sealed class KernelMounterFaultTests : RealMountsFixture
{
    /// <summary>Longer than any step of the mounter waits, much shorter than the kernel would.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(25);

    [Test]
    public async Task A_target_that_never_answers_is_an_error_in_seconds_that_tells_of_the_security_group()
    {
        var silent = Server.TargetAt("127.0.0.77");
        Server.Control("cut", "127.0.0.77");
        try
        {
            var watch = Stopwatch.StartNew();
            var error = await FailToMountAsync(silent);

            Assert.That(watch.Elapsed, Is.LessThan(Patience));
            Assert.That(error.Message, Does.Contain("127.0.0.77:2049 did not answer within 5 s").And.Contain("security group"));
            Assert.That(MountPoints(), Is.Empty);
        }
        finally
        {
            Server.Control("mend", "127.0.0.77");
        }
    }

    [Test]
    public async Task A_mount_that_does_not_end_is_killed_at_the_deadline_and_leaves_nothing()
    {
        // The kernel still accepts connections for a process that is stopped: only mount itself finds out.
        Server.Control("freeze");
        try
        {
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(3));
            var watch = Stopwatch.StartNew();

            Assert.That(async () => await NewMounter().MountAsync(Server.Target(0), deadline.Token), Throws.InstanceOf<OperationCanceledException>());

            Assert.That(watch.Elapsed, Is.LessThan(Patience));
            Assert.That(MountPoints(), Is.Empty);
            // The kernel takes a killed process away when it comes to it.
            Assert.That(() => Process.GetProcessesByName("mount.nfs4"), Is.Empty.After(20_000, 50));
        }
        finally
        {
            Server.Control("thaw");
        }

        await using var volume = await NewMounter().MountAsync(Server.Target(0), CancellationToken.None);
        Assert.That(volume.RootPath, Is.EqualTo("/mnt/efs-0"));
    }

    [Test]
    public async Task A_server_that_is_down_is_an_error_and_mounts_when_it_is_back()
    {
        Server.Control("kill");
        try
        {
            var error = await FailToMountAsync(Server.Target(0));
            Assert.That(error.Message, Does.Contain("refused the connection"));
        }
        finally
        {
            Server.Control("start");
        }

        await using var volume = await NewMounter().MountAsync(Server.Target(0), CancellationToken.None);
        await volume.WriteAsync("a", Content.Write("a"), CancellationToken.None);
        Assert.That(File.ReadAllText($"{Server.Export}/a"), Is.EqualTo("a"));
    }

    [Test]
    public async Task The_error_of_mount_is_passed_on()
    {
        var options = new KernelMountOptions { MountRoot = MountRoot, ExtraOptions = "sec=nonsense" };

        var error = await FailToMountAsync(Server.Target(0), options);

        Assert.That(error.Message, Does.Contain("fsmt-0").And.Contain("mount ended with status").And.Contain("mount.nfs4"));
    }

    [Test]
    public async Task A_volume_works_on_after_the_server_was_killed_and_brought_back()
    {
        await using var volume = await NewMounter().MountAsync(Server.Target(0), CancellationToken.None);
        await volume.WriteAsync("before", Content.Write("before"), CancellationToken.None);

        Server.Control("kill");
        try
        {
            Assert.That(() => volume.ProbeAsync(CancellationToken.None), Throws.InstanceOf<TargetFaultException>());
        }
        finally
        {
            Server.Control("start");
        }

        await ProbeUntilItAnswersAsync(volume);
        await volume.WriteAsync("after", Content.Write("after"), CancellationToken.None);
        Assert.That(await volume.ReadAllBytesAsync("before", CancellationToken.None), Is.EqualTo("before"u8.ToArray()));
        Assert.That(File.ReadAllText($"{Server.Export}/after"), Is.EqualTo("after"));
    }

    [Test]
    public async Task One_target_that_is_cut_off_does_not_touch_the_others()
    {
        var mounter = NewMounter();
        await using var healthy = await mounter.MountAsync(Server.Target(0), CancellationToken.None);
        await using var cut = await mounter.MountAsync(Server.Target(1), CancellationToken.None);

        Server.Control("cut", Server.Addresses[1]);
        try
        {
            Assert.That(() => cut.WriteAsync("a", Content.Write("a"), CancellationToken.None), Throws.InstanceOf<TargetFaultException>());
            await healthy.WriteAsync("b", Content.Write("b"), CancellationToken.None);
            Assert.That(await healthy.ReadAllBytesAsync("b", CancellationToken.None), Is.EqualTo("b"u8.ToArray()));
        }
        finally
        {
            Server.Control("mend", Server.Addresses[1]);
        }

        await ProbeUntilItAnswersAsync(cut);
    }

    [Test]
    public async Task Unmounts_by_force_a_target_whose_server_is_gone()
    {
        var mounter = NewMounter();
        var target = Server.Target(0);
        var volume = await mounter.MountAsync(target, CancellationToken.None);
        Server.Control("kill");
        try
        {
            using var deadline = new CancellationTokenSource(Patience);
            var watch = Stopwatch.StartNew();

            await mounter.UnmountAsync(target, volume, deadline.Token);

            Assert.That(watch.Elapsed, Is.LessThan(Patience));
            Assert.That(MountPoints(), Is.Empty);
        }
        finally
        {
            Server.Control("start");
        }
    }

    private async Task<MountFailedException> FailToMountAsync(MountTarget target, KernelMountOptions? options = null)
    {
        try
        {
            await using var volume = await NewMounter(options).MountAsync(target, CancellationToken.None);
        }
        catch (MountFailedException e)
        {
            return e;
        }

        throw new AssertionException($"{target.MountTargetId} was mounted.");
    }

    /// <summary>The kernel's client reconnects when it likes, within a minute.</summary>
    private static async Task ProbeUntilItAnswersAsync(IVolume volume)
    {
        for (var watch = Stopwatch.StartNew(); ;)
        {
            try
            {
                await volume.ProbeAsync(CancellationToken.None);
                return;
            }
            catch (TargetFaultException) when (watch.Elapsed < TimeSpan.FromMinutes(1))
            {
                // Each probe waits for its own deadline.
            }
        }
    }
}
