using System.Runtime.ExceptionServices;
using EfsSharding.Nfs.Files;
using EfsSharding.Nfs.Files.Compounds;
using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;

namespace EfsSharding.Nfs.Probing;

/// <summary>One look at one server, with two clients.</summary>
internal sealed class ProbeRun(DirectNfsMounter mounter, MountTarget target, ProbeMeters meters)
{
    private readonly RequestTimer _timer = new(TimeProvider.System, meters);

    public async Task<NfsServerReport> RunAsync(bool mayWrite, CancellationToken cancellationToken)
    {
        await MeasureConnectAsync(cancellationToken).ConfigureAwait(false);
        var one = await MountAsync(cancellationToken).ConfigureAwait(false);
        await using (one.ConfigureAwait(false))
        {
            return await LookAsync(one, mayWrite, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task MeasureConnectAsync(CancellationToken cancellationToken)
    {
        var volumes = new List<DirectNfsVolume>();
        try
        {
            await _timer.MeasureUncountedAsync("connect", async () => volumes.Add(await MountAsync(cancellationToken).ConfigureAwait(false))).ConfigureAwait(false);
        }
        finally
        {
            foreach (var volume in volumes)
            {
                await volume.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task<NfsServerReport> LookAsync(DirectNfsVolume one, bool mayWrite, CancellationToken cancellationToken)
    {
        var (session, server) = await one.DescribeAsync(cancellationToken).ConfigureAwait(false);
        var file = await LatencyTrials.LookAsync(one, _timer, cancellationToken).ConfigureAwait(false);
        var handle = await HandleBytesAsync(one, file, cancellationToken).ConfigureAwait(false);
        var report = Describe(session, server, handle);
        return mayWrite
            ? await WriteAsync(one, report, cancellationToken).ConfigureAwait(false)
            : report with { Latencies = _timer.Latencies, Abilities = await ReadOnlyAbilitiesAsync(one, file, cancellationToken).ConfigureAwait(false) };
    }

    private Task<DirectNfsVolume> MountAsync(CancellationToken cancellationToken) => mounter.ConnectAsync(target, cancellationToken);

    private async Task<NfsServerReport> WriteAsync(DirectNfsVolume one, NfsServerReport report, CancellationToken cancellationToken)
    {
        var other = await MountAsync(cancellationToken).ConfigureAwait(false);
        await using (other.ConfigureAwait(false))
        {
            return await WriteAndRemoveAsync(new ProbeScratch(one, other, (2 * report.Limits.MaxWriteBytes) + 1), report, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<NfsServerReport> WriteAndRemoveAsync(ProbeScratch scratch, NfsServerReport report, CancellationToken cancellationToken)
    {
        ExceptionDispatchInfo? failure = null;
        try
        {
            report = await WriteAsync(scratch, report, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception thrown)
        {
            failure = ExceptionDispatchInfo.Capture(thrown);
        }

        await scratch.RemoveAsync().ConfigureAwait(false);
        failure?.Throw();
        return report;
    }

    private async Task<NfsServerReport> WriteAsync(ProbeScratch scratch, NfsServerReport report, CancellationToken cancellationToken)
    {
        try
        {
            await scratch.WriteAsync(scratch.One, "first", new byte[1], FileWriteMode.CreateNew, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return report with { Latencies = _timer.Latencies, WriteRefusal = refused.Message };
        }

        await LatencyTrials.WriteAsync(scratch, _timer, cancellationToken).ConfigureAwait(false);
        var promises = await PromiseTrials.RunAsync(scratch, cancellationToken).ConfigureAwait(false);
        var handle = await HandleBytesAsync(scratch.One, scratch.PathOf("first"), cancellationToken).ConfigureAwait(false);
        return report with
        {
            Latencies = _timer.Latencies,
            Promises = promises,
            Limits = report.Limits with { FileHandleBytes = Math.Max(handle, report.Limits.FileHandleBytes) },
            Abilities = ToAbilities(scratch.One.Abilities) with
            {
                CurrentStateId = scratch.One.Abilities.CurrentStateId.IsTaken ?? scratch.Other.Abilities.CurrentStateId.IsTaken,
                KeepsOpenFiles = scratch.Other.Abilities.KeepsUnlinked,
                PromisesOpenFiles = scratch.Other.Abilities.PromisesUnlinked,
            },
        };
    }

    private static async Task<int> HandleBytesAsync(DirectNfsVolume volume, string? file, CancellationToken cancellationToken)
    {
        var root = new DirectoryHandleCompound();
        await volume.Conversation.RunInAsync(string.Empty, root, volume.NewDeadline(), cancellationToken).ConfigureAwait(false);
        var stat = new StatCompound();
        if (file is not null)
        {
            await volume.Conversation.RunAsync(file, stat, volume.NewDeadline(), cancellationToken).ConfigureAwait(false);
        }

        return Math.Max(root.Handle.Span.Length, stat.Handle.Span.Length);
    }

    private static async Task<NfsServerAbilities> ReadOnlyAbilitiesAsync(DirectNfsVolume volume, string? file, CancellationToken cancellationToken)
    {
        try
        {
            if (file is not null)
            {
                var content = await volume.OpenReadAsync(file, cancellationToken).ConfigureAwait(false);
                await content.DisposeAsync().ConfigureAwait(false);
            }
        }
        catch (Exception unreadable) when (unreadable is FileNotFoundException or UnauthorizedAccessException)
        {
            // It went away meanwhile, or is not for this user: nothing was learnt.
        }

        return ToAbilities(volume.Abilities);
    }

    private static NfsServerAbilities ToAbilities(ServerAbilities shown) => new()
    {
        AnonymousStateId = shown.AnonymousRead.IsTaken,
        CurrentStateId = shown.CurrentStateId.IsTaken,
        Verify = shown.Verify.IsTaken,
        PromisesOpenFiles = shown.PromisesUnlinked,
    };

    private static NfsServerReport Describe(NfsSession session, ExchangeIdResult server, int handleBytes) => new()
    {
        Address = "",
        ServerOwner = ProbeText.Of(server.ServerOwner),
        ServerScope = ProbeText.Of(server.ServerScope),
        Limits = new NfsServerLimits
        {
            MaxOperations = (int)session.Limits.MaxOperations,
            Slots = (int)session.Limits.MaxRequests,
            MaxRequestBytes = session.Limits.MaxRequestBytes,
            MaxResponseBytes = session.Limits.MaxResponseBytes,
            MaxCachedResponseBytes = session.Limits.MaxCachedResponseBytes,
            MaxReadBytes = session.Transfer.MaxReadBytes,
            MaxWriteBytes = session.Transfer.MaxWriteBytes,
            Lease = session.Transfer.Lease,
            FileHandleBytes = handleBytes,
        },
        Abilities = new NfsServerAbilities(),
        Latencies = [],
        Promises = [],
    };
}
