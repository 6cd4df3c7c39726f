using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace EfsSharding.Access;

/// <summary>Takes one mount away, gently while its server answers and by force when it does not.</summary>
internal sealed partial class Unmounter(
    ICommandRunner commands, IProcFileSystem proc, IReachability reachability, TimeProvider timeProvider, ILogger logger)
{
    private static readonly TimeSpan ServerTimeout = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan ForceTimeout = TimeSpan.FromSeconds(3);

    /// <summary>
    /// With a live server a mount that somebody uses stays: a lazy unmount would let them write on out of everybody's sight. With a
    /// dead one, umount would wait for it for ever; its requests are then failed (-f), and what is still open is detached (-l), as
    /// nothing can be written through it any more.
    /// </summary>
    /// <returns>Whether it is gone.</returns>
    public async Task<bool> UnmountAsync(string mountPoint, IPEndPoint server, CancellationToken cancellationToken)
    {
        if (Topmost(mountPoint) is not { } mount)
        {
            return true;
        }

        var problem = "umount did not end in time";
        try
        {
            var reached = await reachability.ConnectAsync(server, ServerTimeout, cancellationToken).ConfigureAwait(false);
            problem = reached == SocketError.Success
                ? (await commands.RunAsync("umount", [mountPoint], cancellationToken).ConfigureAwait(false)).Error
                : await ForceAsync(mount, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (IsGone(mount))
        {
            // The time was up between the unmount and the end of the program that made it.
        }
        catch (OperationCanceledException)
        {
            LogLeft(logger, mountPoint, server, problem);
            return false;
        }

        if (IsGone(mount))
        {
            LogUnmounted(logger, mountPoint, server);
            return true;
        }

        LogLeft(logger, mountPoint, server, problem);
        return false;
    }

    private async Task<string> ForceAsync(MountEntry mount, CancellationToken cancellationToken)
    {
        var problem = await ForceAsync(mount, "-f", cancellationToken).ConfigureAwait(false);
        return IsGone(mount) ? problem : await ForceAsync(mount, "-l", cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// The mount vanishes at once, but umount may then wait for the dead server to end the session: it is not waited for.
    /// </summary>
    private async Task<string> ForceAsync(MountEntry mount, string how, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(ForceTimeout, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            // -i and -c: neither the helper nor a look at the path may ask the server that is dead.
            return (await commands.RunAsync("umount", ["-i", "-c", how, mount.MountPoint], either.Token).ConfigureAwait(false)).Error;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"umount {how} did not end within {ForceTimeout.TotalSeconds:0.###} s";
        }
    }

    private MountEntry? Topmost(string mountPoint) => MountTable.Parse(proc.Read("self/mountinfo")).TopmostAt(mountPoint);

    private bool IsGone(MountEntry mount) => Topmost(mount.MountPoint)?.Id != mount.Id;

    [LoggerMessage(1103, LogLevel.Information, "Unmounted {MountPoint} of {Server}.", EventName = "Unmounted")]
    private static partial void LogUnmounted(ILogger logger, string mountPoint, IPEndPoint server);

    [LoggerMessage(1104, LogLevel.Warning, "{MountPoint} of {Server} stays mounted: {Problem}. When nothing uses it any more, run: umount {MountPoint}", EventName = "UnmountFailed")]
    private static partial void LogLeft(ILogger logger, string mountPoint, IPEndPoint server, string problem);
}
