using EfsSharding.Nfs.Diagnostics;
using EfsSharding.Nfs.Files.Compounds;
using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;
using EfsSharding.Nfs.Xdr;
using EfsSharding.Volumes;

namespace EfsSharding.Nfs.Files;

/// <summary>
/// Sends compounds to one mount target: over the client that has least to do, with the walk to the directory in front, and again
/// where sending again is known to be harmless.
/// </summary>
internal sealed class NfsConversation(IReadOnlyList<NfsClient> clients, DirectoryHandles handles, NfsMetrics metrics, UnixFileMode directoryMode, string rootPath)
{
    /// <summary>How often a write makes its directories again that others remove.</summary>
    private const int MostRemovals = 200;

    private static readonly TimeSpan ShortestDelay = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMilliseconds(500);
    private long _nextOwner = 1L << 32;
    private uint _next;

    public DirectoryHandles Handles => handles;

    /// <summary>A number for an open that outlives its compound.</summary>
    public ulong NextOwner() => (ulong)Interlocked.Increment(ref _nextOwner);

    /// <summary>The client that takes the locks of a bucket, always the same one.</summary>
    public NfsClient ClientOf(int bucket) => clients[bucket % clients.Count];

    /// <summary>The client with the fewest requests in flight.</summary>
    public NfsClient Choose()
    {
        if (clients.Count == 1)
        {
            return clients[0];
        }

        var first = clients[(int)(Interlocked.Increment(ref _next) % (uint)clients.Count)];
        var second = clients[(int)((_next + 1) % (uint)clients.Count)];
        return second.Busy < first.Busy ? second : first;
    }

    /// <summary>Runs a compound in the directory of a path, with the path's last segment as the name.</summary>
    /// <exception cref="SessionLostException">It changes something, and may have been carried out.</exception>
    public ValueTask RunAsync(string path, FileCompound compound, Deadline deadline, CancellationToken cancellationToken)
    {
        var full = Full(path);
        return RunAsync(Choose(), full, Math.Max(full.LastIndexOf('/'), 0), compound, deadline, cancellationToken);
    }

    /// <summary>Runs a compound in a directory.</summary>
    public ValueTask RunInAsync(string directory, FileCompound compound, Deadline deadline, CancellationToken cancellationToken)
    {
        var full = Full(directory);
        return RunAsync(Choose(), full, full.Length, compound, deadline, cancellationToken);
    }

    /// <summary>As <see cref="RunAsync(string, FileCompound, Deadline, CancellationToken)"/>, over a certain client: for opens, which belong to one.</summary>
    public ValueTask RunAsync(NfsClient client, string path, FileCompound compound, Deadline deadline, CancellationToken cancellationToken)
    {
        var full = Full(path);
        return RunAsync(client, full, Math.Max(full.LastIndexOf('/'), 0), compound, deadline, cancellationToken);
    }

    /// <summary>Sends a compound that names its file by handle, once.</summary>
    public async ValueTask SendAsync(NfsClient client, FileHandle handle, FileCompound compound, Deadline deadline, CancellationToken cancellationToken)
    {
        using var call = await client.AcquireAsync(deadline, cancellationToken).ConfigureAwait(false);
        call.Begin(compound.Changes, compound.ContinuesInTurn, compound.Reader);
        call.Add(new PutFhOperation(handle));
        compound.Encode(call, default, default);
        metrics.RoundTrip(compound.Name);
        await call.SendAsync(deadline, cancellationToken).ConfigureAwait(false);
        try
        {
            DecodeByHandle(call, compound);
            if (compound is { KeepsReply: true, Status: NfsStatus.Ok })
            {
                compound.Keep(call.TakeReply());
            }
        }
        catch (XdrFormatException malformed)
        {
            throw Distrust(call, malformed);
        }
    }

    /// <summary>Waits before something is sent again that is known to have had no effect.</summary>
    /// <exception cref="TargetFaultException">There is no time left.</exception>
    public static ValueTask DelayAsync(int attempt, string why, Deadline deadline, CancellationToken cancellationToken) =>
        DelayAsync(attempt, why, deadline, mayTakeEffect: false, cancellationToken);

    /// <summary>Waits before a change is sent again whose answer was lost. It is not left before its deadline, as one that was sent is not.</summary>
    /// <exception cref="TargetFaultException">There is no time left. The change may have taken effect.</exception>
    public static ValueTask DelayInDoubtAsync(int attempt, SessionLostException lost, Deadline deadline) =>
        DelayAsync(attempt, lost.Message, deadline, mayTakeEffect: true, CancellationToken.None);

    private static async ValueTask DelayAsync(int attempt, string why, Deadline deadline, bool mayTakeEffect, CancellationToken cancellationToken)
    {
        var delay = TimeSpan.FromTicks(Math.Min(ShortestDelay.Ticks << Math.Min(attempt, 8), LongestDelay.Ticks));
        if (deadline.Remaining < delay)
        {
            throw new TargetFaultException($"The NFS server did not carry the operation out within {deadline.Allowed.TotalSeconds:0.###} s: {why}.", mayTakeEffect);
        }

        await Task.Delay(delay, deadline.Time, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Drops the handles of a directory, which was removed, and of those above it.</summary>
    public void Forget(string directory) => handles.Forget(Full(directory));

    private string Full(string path) => rootPath.Length == 0 ? path : path.Length == 0 ? rootPath : $"{rootPath}/{path}";

    private async ValueTask RunAsync(
        NfsClient client, string path, int directoryLength, FileCompound compound, Deadline deadline, CancellationToken cancellationToken)
    {
        var createFrom = -1;
        (FileHandle Handle, int Length) reached = default;
        var (fromKnown, believes) = (false, false);
        for (var attempt = 0; ; attempt++)
        {
            bool inWalk;
            try
            {
                var acquired = client.AcquireAsync(deadline, cancellationToken);
                var now = attempt == 0 && acquired.IsCompleted ? deadline.Since : deadline.Time.GetTimestamp();
                using var call = await acquired.ConfigureAwait(false);
                var walk = new DirectoryWalk(handles, now, path, directoryLength, createFrom, reached);
                fromKnown = reached.Length == 0 ? walk.StartsFromHandle : fromKnown;
                var steps = ((int)call.Limits.MaxOperations - 2 - compound.Operations) / compound.OperationsPerStep;
                var whole = walk.Steps <= Math.Max(steps, 0);
                if (!whole)
                {
                    walk = walk.Cut(((int)call.Limits.MaxOperations - 2) / 2);
                }

                call.Begin(whole ? compound.Changes : createFrom >= 0, compound.ContinuesInTurn);
                walk.Encode(call, compound.DirectoryMode ?? directoryMode);
                if (whole)
                {
                    compound.Encode(call, walk, path.AsSpan(directoryLength == 0 ? 0 : Math.Min(directoryLength + 1, path.Length)));
                }

                metrics.RoundTrip(whole ? compound.Name : "walk");
                await call.SendAsync(deadline, cancellationToken).ConfigureAwait(false);
                try
                {
                    inWalk = !Decode(call, walk, compound, whole, out reached);
                    if (whole && compound is { KeepsReply: true, Status: NfsStatus.Ok })
                    {
                        compound.Keep(call.TakeReply());
                    }
                }
                catch (XdrFormatException malformed)
                {
                    throw Distrust(call, malformed);
                }

                if (!whole && compound.Status == NfsStatus.Ok)
                {
                    continue;
                }
            }
            catch (SessionLostException lost) when (!compound.Changes || !lost.MayHaveExecuted)
            {
                await DelayAsync(attempt, lost.Message, deadline, cancellationToken).ConfigureAwait(false);
                continue;
            }

            compound.IsFromKnownHandle = fromKnown;
            if (!believes && fromKnown && compound.IsDoubtful)
            {
                // A server may know the handle of a directory that another client removed, and find nothing in it, while there is a new one.
                handles.Forget(path.AsSpan(0, directoryLength));
                if (!compound.HadEffect && !compound.MakesDirectories && (compound.Status == NfsStatus.Ok || !compound.IsAskedAgain))
                {
                    (believes, createFrom, reached) = (true, -1, default);
                    continue;
                }
            }

            if (compound.Status == NfsStatus.Ok)
            {
                return;
            }

            if (inWalk && compound is { Status: NfsStatus.NoEnt, FailedOperation: NfsOpcode.Lookup, MakesDirectories: true })
            {
                createFrom = reached.Length;
                continue;
            }

            reached = default;
            if (inWalk && compound is { Status: NfsStatus.Exist, FailedOperation: NfsOpcode.Create })
            {
                // Somebody else made it meanwhile.
                createFrom = -1;
            }
            else if ((NfsErrors.IsStale(compound.Status) && (inWalk || !compound.HadEffect))
                || (inWalk && compound is { Status: NfsStatus.NoEnt, FailedOperation: NfsOpcode.Create }))
            {
                // Also a directory that was removed takes no new ones.
                handles.Forget(path.AsSpan(0, directoryLength));
                if (attempt >= 2)
                {
                    await DelayAsync(attempt - 2, "its handles stay stale", deadline, cancellationToken).ConfigureAwait(false);
                }
            }
            else if (NfsErrors.IsDelay(compound.Status) && (inWalk || !compound.HadEffect))
            {
                await DelayAsync(attempt, $"it answers {compound.Status}", deadline, cancellationToken).ConfigureAwait(false);
            }
            else if (!inWalk && !compound.HadEffect && compound is { Status: NfsStatus.NoEnt, FailedOperation: NfsOpcode.Open, MakesDirectories: true } && attempt < MostRemovals)
            {
                // The directory was removed, as it was empty; what its handle still leads to takes no new files. A server may take a moment to notice.
                handles.Forget(path.AsSpan(0, directoryLength));
                if (attempt >= 2)
                {
                    await DelayAsync(attempt - 2, "its directory comes and goes", deadline, cancellationToken).ConfigureAwait(false);
                }
            }
            else
            {
                if (compound.Status is NfsStatus.NotDir or NfsStatus.Symlink or NfsStatus.NoEnt && inWalk)
                {
                    handles.Forget(path.AsSpan(0, directoryLength));
                }

                return;
            }
        }
    }

    /// <summary>What came in answer is not what was asked: nothing more is believed of this session.</summary>
    private static SessionLostException Distrust(CompoundCall call, XdrFormatException malformed)
    {
        var reason = $"a reply was malformed ({malformed.Message.TrimEnd('.')})";
        call.Session.End(reason);
        return new SessionLostException(reason, mayHaveExecuted: true);
    }

    private static void DecodeByHandle(CompoundCall call, FileCompound compound)
    {
        var results = call.Results();
        if (results.Next(NfsOpcode.PutFh))
        {
            compound.Decode(ref results, default);
        }

        compound.Status = results.Status;
        compound.FailedOperation = results.FailedOperation;
    }

    /// <returns>Whether the walk came to its end.</returns>
    private bool Decode(CompoundCall call, in DirectoryWalk walk, FileCompound compound, bool whole, out (FileHandle Handle, int Length) reached)
    {
        var results = call.Results();
        reached = walk.Decode(ref results, handles);
        var walked = results.Status == NfsStatus.Ok;
        if (walked && whole)
        {
            compound.Decode(ref results, walk);
        }

        compound.Status = results.Status;
        compound.FailedOperation = results.FailedOperation;
        return walked;
    }
}
