using System.Net.Sockets;
using EfsSharding.Access;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using NSubstitute;

namespace EfsSharding.Tests.Mounting;

/// <summary>What becomes of mounts that are not wanted any more.</summary>
internal sealed partial class KernelMounterTests
{
    [Test]
    public async Task Unmounts_what_it_gave_out_after_closing_it()
    {
        var mounter = NewMounter();
        var volume = await mounter.MountAsync(A, CancellationToken.None);

        await mounter.UnmountAsync(A, volume, CancellationToken.None);

        await volume.Received(1).DisposeAsync();
        Assert.That(_host.MountPoints, Is.Empty);
        Assert.That(_host.Commands[^1], Is.EqualTo($"umount {Place(0)}"));
    }

    [Test]
    public async Task Does_not_unmount_what_somebody_else_of_this_store_has_taken_over([Values] bool isDead)
    {
        // As when a start failed and was tried again, or a target left the map and came back at once.
        var again = A with { };
        var mounter = NewMounter();
        var volume = await mounter.MountAsync(A, CancellationToken.None);
        var newer = await mounter.MountAsync(again, CancellationToken.None);
        if (isDead)
        {
            _host.Unreachable["10.0.1.100"] = SocketError.TimedOut;
        }

        await mounter.UnmountAsync(A, volume, CancellationToken.None);

        await volume.Received(1).DisposeAsync();
        Assert.That(_host.Commands, Has.Exactly(1).Items);
        await mounter.UnmountAsync(again, newer, CancellationToken.None);
        Assert.That(_host.MountPoints, Is.Empty);
    }

    [Test]
    public async Task Unmounts_each_place_where_a_target_of_two_addresses_was_mounted()
    {
        var target = A with { Ipv6Address = "fd00::1" };
        var mounter = NewMounter();
        await mounter.MountAsync(target, CancellationToken.None);
        _host.Unreachable["10.0.1.100"] = SocketError.TimedOut;
        var volume = await mounter.MountAsync(target, CancellationToken.None);
        Assert.That(_host.MountPoints.Count(), Is.EqualTo(2));

        await mounter.UnmountAsync(target, volume, CancellationToken.None);

        Assert.That(_host.MountPoints, Is.Empty);
    }

    [Test]
    public async Task Does_not_unmount_what_has_taken_the_place_meanwhile()
    {
        var mounter = NewMounter();
        var volume = await mounter.MountAsync(A, CancellationToken.None);
        _host.RemoveMount(Place(0));
        _host.AddMount(Place(0), "nfs4", "10.0.9.9:/", "addr=10.0.9.9");

        await mounter.UnmountAsync(A, volume, CancellationToken.None);

        Assert.That(_host.MountPoints, Is.EqualTo([Place(0)]));
    }

    [Test]
    public async Task Leaves_a_busy_mount_and_says_so()
    {
        var mounter = NewMounter();
        var volume = await mounter.MountAsync(A, CancellationToken.None);
        _host.Intercept = (_, _, _) => Task.FromResult<CommandResult?>(new CommandResult { ExitCode = 32, Error = "target is busy." });

        await mounter.UnmountAsync(A, volume, CancellationToken.None);

        Assert.That(_host.Commands.Count(c => c.StartsWith("umount", StringComparison.Ordinal)), Is.EqualTo(1));
        Assert.That(_logger.LatestRecord.Id.Id, Is.EqualTo(1104));
        Assert.That(_logger.LatestRecord.Message, Does.Contain("target is busy.").And.Contain(Place(0)));
    }

    [Test]
    public async Task Detaches_a_mount_of_a_dead_server_that_force_does_not_free()
    {
        var mounter = NewMounter();
        var volume = await mounter.MountAsync(A, CancellationToken.None);
        _host.Unreachable["10.0.1.100"] = SocketError.TimedOut;
        _host.Intercept = (_, arguments, _) => Task.FromResult(
            arguments.Contains("-f") ? new CommandResult { ExitCode = 32, Error = "target is busy." } : null);

        await mounter.UnmountAsync(A, volume, CancellationToken.None);

        Assert.That(_host.Commands.Skip(1), Is.EqualTo([$"umount -i -c -f {Place(0)}", $"umount -i -c -l {Place(0)}"]));
        Assert.That(_host.MountPoints, Is.Empty);
    }

    [Test]
    public async Task An_unmount_that_does_not_end_in_time_is_left_and_logged()
    {
        var mounter = NewMounter();
        var volume = await mounter.MountAsync(A, CancellationToken.None);
        using var cancellation = new CancellationTokenSource();
        _host.Intercept = async (_, _, token) =>
        {
            await cancellation.CancelAsync();
            token.ThrowIfCancellationRequested();
            return null;
        };

        await mounter.UnmountAsync(A, volume, cancellation.Token);

        Assert.That(_logger.LatestRecord.Message, Does.Contain("did not end in time"));
        Assert.That(_host.MountPoints, Is.EqualTo([Place(0)]));
    }

    [Test]
    public async Task Reports_two_targets_that_share_one_connection()
    {
        const string xprt = "xprt:\ttcp 0 0 2 0 0 18 18 0 18 0 2 0 0";
        _host.Files["self/mountstats"] = $"device 10.0.1.100:/ mounted on {Place(0)} with fstype nfs4 statvers=1.1\n\t{xprt}\ndevice 10.0.2.100:/ mounted on {Place(1)} with fstype nfs4 statvers=1.1\n\t{xprt}\n";
        _host.Files["self/net/tcp"] = "   0: 0100000A:8C66 6401000A:0801 01 0 0\n";
        var mounter = NewMounter();

        await mounter.MountAsync(A, CancellationToken.None);
        await mounter.MountAsync(B, CancellationToken.None);

        Assert.That(_logger.Collector.GetSnapshot().Select(r => r.Id.Name), Is.EqualTo(["Mounted", "Mounted", "SharedConnection"]));
        Assert.That(_logger.LatestRecord.Message, Does.Contain("fsmt-a").And.Contain("fsmt-b"));
    }
}
