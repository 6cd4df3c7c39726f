using EfsSharding.Access;

namespace EfsSharding.IntegrationTests.RealMounts;

[TestFixture]
internal sealed class KernelMounterTests : RealMountsFixture
{
    [Test]
    public async Task Mounts_each_target_at_the_next_number_with_the_recommended_options()
    {
        var mounter = NewMounter();
        await using var first = await mounter.MountAsync(Server.Target(0), CancellationToken.None);
        await using var second = await mounter.MountAsync(Server.Target(1), CancellationToken.None);

        Assert.That(MountPoints(), Is.EqualTo(["/mnt/efs-0", "/mnt/efs-1"]));
        foreach (var mount in NfsMounts())
        {
            Assert.That(mount.SuperOptions.Split(','), Is.SupersetOf(
                ["vers=4.1", "rsize=1048576", "wsize=1048576", "hard", "timeo=600", "retrans=2", "noresvport"]));
        }
    }

    [Test]
    public async Task All_targets_show_the_same_files()
    {
        var mounter = NewMounter();
        for (var i = 0; i < Server.Addresses.Count; i++)
        {
            await using var volume = await mounter.MountAsync(Server.Target(i), CancellationToken.None);
            await volume.WriteAsync($"d/{i}", Content.Write($"from {i}"), CancellationToken.None);
        }

        for (var i = 0; i < Server.Addresses.Count; i++)
        {
            Assert.That(File.ReadAllText($"/mnt/efs-{i}/d/{(i + 1) % Server.Addresses.Count}"), Is.EqualTo($"from {(i + 1) % Server.Addresses.Count}"));
            Assert.That(File.ReadAllText($"{Server.Export}/d/{i}"), Is.EqualTo($"from {i}"));
        }
    }

    [Test]
    public async Task Mounting_again_uses_the_mount_that_there_is()
    {
        var mounter = NewMounter();
        await using var first = await mounter.MountAsync(Server.Target(0), CancellationToken.None);
        await using var again = await mounter.MountAsync(Server.Target(0), CancellationToken.None);

        Assert.That(MountPoints(), Is.EqualTo(["/mnt/efs-0"]));
        Assert.That(again.RootPath, Is.EqualTo(first.RootPath));
    }

    [Test]
    public async Task A_restarted_process_finds_its_mounts_whatever_the_order_of_its_targets()
    {
        var before = NewMounter();
        await (await before.MountAsync(Server.Target(0), CancellationToken.None)).DisposeAsync();
        await (await before.MountAsync(Server.Target(1), CancellationToken.None)).DisposeAsync();

        var after = NewMounter();
        await using var third = await after.MountAsync(Server.Target(2), CancellationToken.None);
        await using var second = await after.MountAsync(Server.Target(1), CancellationToken.None);
        await using var first = await after.MountAsync(Server.Target(0), CancellationToken.None);

        Assert.That(new[] { first.RootPath, second.RootPath, third.RootPath }, Is.EqualTo(["/mnt/efs-0", "/mnt/efs-1", "/mnt/efs-2"]));
        Assert.That(MountPoints(), Has.Exactly(3).Items);
    }

    [Test]
    public async Task A_mount_that_another_program_made_at_a_numbered_directory_is_used()
    {
        Directory.CreateDirectory("/mnt/efs-7");
        GuestServer.Run("mount", "-t", "nfs4", "-o", "nfsvers=4.1,noresvport", $"{Server.Addresses[1]}:/", "/mnt/efs-7");

        await using var volume = await NewMounter().MountAsync(Server.Target(1), CancellationToken.None);

        Assert.That(volume.RootPath, Is.EqualTo("/mnt/efs-7"));
    }

    [Test]
    public async Task Targets_mounted_at_once_get_different_numbers()
    {
        var volumes = await Task.WhenAll(Enumerable.Range(0, Server.Addresses.Count)
            .Select(i => Task.Run(() => NewMounter().MountAsync(Server.Target(i), CancellationToken.None))));

        Assert.That(volumes.Select(v => v.RootPath), Is.Unique);
        Assert.That(MountPoints().Count(), Is.EqualTo(Server.Addresses.Count));
        foreach (var volume in volumes)
        {
            await volume.DisposeAsync();
        }
    }

    [Test]
    public async Task A_directory_with_files_in_it_is_not_mounted_over()
    {
        Directory.CreateDirectory("/mnt/efs-0");
        await File.WriteAllTextAsync("/mnt/efs-0/stray", "written while nothing was mounted here");
        try
        {
            await using var volume = await NewMounter().MountAsync(Server.Target(0), CancellationToken.None);

            Assert.That(volume.RootPath, Is.EqualTo("/mnt/efs-1"));
        }
        finally
        {
            File.Delete("/mnt/efs-0/stray");
        }
    }

    [Test]
    public async Task Unmounts_a_target_that_left()
    {
        var mounter = NewMounter();
        await using var stays = await mounter.MountAsync(Server.Target(0), CancellationToken.None);
        var target = Server.Target(1);
        var leaves = await mounter.MountAsync(target, CancellationToken.None);
        await leaves.WriteAsync("a", Content.Write("a"), CancellationToken.None);

        await mounter.UnmountAsync(target, leaves, CancellationToken.None);

        Assert.That(MountPoints(), Is.EqualTo(["/mnt/efs-0"]));
        Assert.That(await stays.ReadAllBytesAsync("a", CancellationToken.None), Is.EqualTo("a"u8.ToArray()));
    }

    [Test]
    public async Task Leaves_a_mount_that_somebody_else_uses()
    {
        var mounter = NewMounter();
        var target = Server.Target(0);
        var volume = await mounter.MountAsync(target, CancellationToken.None);
        await volume.WriteAsync("a", Content.Write("a"), CancellationToken.None);
        await using (File.OpenRead("/mnt/efs-0/a"))
        {
            await mounter.UnmountAsync(target, volume, CancellationToken.None);
        }

        Assert.That(MountPoints(), Is.EqualTo(["/mnt/efs-0"]));
        Assert.That(Logger.LatestRecord.Id.Name, Is.EqualTo("UnmountFailed"));
        Assert.That(Logger.LatestRecord.Message, Does.Contain("busy"));
    }

    [Test]
    public async Task A_volume_keeps_to_its_mount_when_the_mount_point_loses_it()
    {
        await using var volume = await NewMounter().MountAsync(Server.Target(0), CancellationToken.None);
        GuestServer.Run("umount", "-l", "/mnt/efs-0");

        await volume.WriteAsync("a", Content.Write("a"), CancellationToken.None);

        Assert.That(File.ReadAllText($"{Server.Export}/a"), Is.EqualTo("a"));
        Assert.That(Directory.EnumerateFileSystemEntries("/mnt/efs-0"), Is.Empty);
    }

    [Test]
    public async Task Distinct_connections_are_not_reported_as_shared()
    {
        var mounter = NewMounter();
        await using var first = await mounter.MountAsync(Server.Target(0), CancellationToken.None);
        await using var second = await mounter.MountAsync(Server.Target(1), CancellationToken.None);

        Assert.That(Logger.Collector.GetSnapshot().Select(r => r.Id.Name), Has.None.EqualTo("SharedConnection"));
    }

}
