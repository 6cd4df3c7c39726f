using System.Net.Sockets;
using EfsSharding.Access;
using EfsSharding.Volumes;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using NSubstitute;

namespace EfsSharding.Tests.Mounting;

/// <summary>What cannot be mounted, or is not used.</summary>
internal sealed partial class KernelMounterTests
{
    [Test]
    public void A_mount_that_does_not_show_at_its_place_is_never_opened()
    {
        _host.Intercept = (_, _, _) => Task.FromResult<CommandResult?>(new CommandResult { ExitCode = 0 });

        Assert.That(() => NewMounter().MountAsync(A, CancellationToken.None), Throws.InstanceOf<MountFailedException>()
            .With.Message.Contains("fsmt-a").And.Message.Contains("does not show its live mount"));
    }

    [Test]
    public void A_mount_that_cannot_be_used_is_undone()
    {
        _host.AfterMount = () => _host.AddMount(Place(0), "tmpfs", "none", "size=1k");

        Assert.That(() => NewMounter().MountAsync(A, CancellationToken.None), Throws.InstanceOf<MountFailedException>());

        Assert.That(_host.Commands[^1], Is.EqualTo($"umount {Place(0)}"));
    }

    [Test]
    public void A_mount_given_up_is_undone_and_its_place_is_free_again()
    {
        using var cancellation = new CancellationTokenSource();
        _host.AfterMount = () =>
        {
            cancellation.Cancel();
            throw new OperationCanceledException(cancellation.Token);
        };

        Assert.That(() => NewMounter().MountAsync(A, cancellation.Token), Throws.InstanceOf<OperationCanceledException>());

        Assert.That(_host.MountPoints, Is.Empty);
        _host.AfterMount = () => { };
        Assert.That(async () => (await NewMounter().MountAsync(A, CancellationToken.None)).RootPath, Is.EqualTo(Place(0)));
    }

    [TestCase(SocketError.TimedOut, "did not answer within 5 s. Check that its security group")]
    [TestCase(SocketError.ConnectionRefused, "refused the connection")]
    [TestCase(SocketError.HostUnreachable, "cannot be reached (HostUnreachable)")]
    public void A_target_that_cannot_be_reached_is_told_from_one_that_cannot_be_mounted(SocketError error, string message)
    {
        _host.Unreachable["10.0.1.100"] = error;

        Assert.That(() => NewMounter().MountAsync(A, CancellationToken.None),
            Throws.InstanceOf<MountFailedException>().With.Message.Contains(message).And.Message.Contains("10.0.1.100:2049"));
        Assert.That(_host.Commands, Is.Empty);
    }

    [TestCase(32, "mount.nfs4: access denied by server while mounting 10.0.1.100:/", "Tls, Iam")]
    [TestCase(32, "mount.nfs4: Operation not permitted for 10.0.1.100:/ on /mnt/efs-0", "CAP_SYS_ADMIN")]
    [TestCase(32, "mount: /mnt/efs-0: unknown filesystem type 'efs'.", "amazon-efs-utils")]
    [TestCase(32, "mount: /mnt/efs-0: bad option; for several filesystems you might need a /sbin/mount.<type> helper program.", "nfs-common")]
    [TestCase(32, "mount.nfs4: No such device", "nfsv4")]
    [TestCase(32, "mount.nfs4: something new", "something new")]
    [TestCase(127, "mount: No such file or directory", "Install util-linux")]
    public void The_error_of_mount_comes_with_advice(int status, string error, string advice)
    {
        _host.Intercept = (_, _, _) => Task.FromResult<CommandResult?>(new CommandResult { ExitCode = status, Error = error });

        Assert.That(() => NewMounter().MountAsync(A, CancellationToken.None),
            Throws.InstanceOf<MountFailedException>().With.Message.Contains(error).And.Message.Contains(advice).And.Message.Contains("fsmt-a"));
    }

    [TestCase(null)]
    [TestCase("fs-1.efs.example")]
    public void A_target_without_a_valid_address_is_an_error_that_says_so(string? address)
    {
        Assert.That(() => NewMounter().MountAsync(A with { IpAddress = address }, CancellationToken.None),
            Throws.InstanceOf<MountFailedException>().With.Message.Contains("no valid IP address"));
    }

    [Test]
    public void A_mount_root_that_cannot_be_made_is_an_error_that_names_the_option()
    {
        var file = Path.Combine(_options.MountRoot, "file");
        File.WriteAllText(file, "");
        var mounter = NewMounter(new KernelMountOptions { MountRoot = file });

        Assert.That(() => mounter.MountAsync(A, CancellationToken.None),
            Throws.InstanceOf<MountFailedException>().With.Message.Contains("KernelMountOptions.MountRoot"));
    }
}
