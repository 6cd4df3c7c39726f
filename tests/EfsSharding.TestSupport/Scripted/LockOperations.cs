namespace EfsSharding.TestSupport.Scripted;

/// <summary>Byte-range locks (RFC 8881 §18.10, §18.12), of one byte each and exclusive: the client asks for no others.</summary>
internal static class LockOperations
{
    public static Nfs4Stat Lock(CompoundRun run, LockRequest request, PeerWriter result)
    {
        if (request is not { Type: 2, Length: 1 } || run.Current!.Type != InodeType.File)
        {
            return Nfs4Stat.Inval;
        }

        HeldLocks? locks;
        if (request.Owner is { } owner)
        {
            if (OpenOperations.Resolve(run, request.Stateid, out var open) is var status and not Nfs4Stat.Ok)
            {
                return status;
            }

            if (open is null || open.Inode != run.Current)
            {
                return Nfs4Stat.BadStateid;
            }

            if ((open.ShareAccess & OpenOperations.ShareWrite) == 0)
            {
                return Nfs4Stat.OpenMode;
            }

            locks = run.State.Locks.Values.FirstOrDefault(l => l.Open == open && l.Owner == owner);
            if (IsTaken(run, request.Offset, locks))
            {
                return Nfs4Stat.Denied;
            }

            if (locks is null)
            {
                locks = new HeldLocks($"{run.State.Epoch:X8}{run.State.NextId():X16}", owner, open) { Sequence = 0 };
                run.State.Locks.Add(locks.Other, locks);
            }
        }
        else if (Find(run, request.Stateid, out locks) is var status and not Nfs4Stat.Ok)
        {
            return status;
        }

        if (IsTaken(run, request.Offset, locks))
        {
            return Nfs4Stat.Denied;
        }

        locks!.Bytes.Add(request.Offset);
        return Answer(run, locks, result);
    }

    public static Nfs4Stat LockU(CompoundRun run, LockURequest request, PeerWriter result)
    {
        if (Find(run, request.Stateid, out var locks) is var status and not Nfs4Stat.Ok)
        {
            return status;
        }

        locks!.Bytes.Remove(request.Offset);
        return Answer(run, locks, result);
    }

    private static Nfs4Stat Answer(CompoundRun run, HeldLocks locks, PeerWriter result)
    {
        locks.Sequence++;
        run.CurrentStateid = locks.Stateid;
        locks.Stateid.Write(result);
        return Nfs4Stat.Ok;
    }

    private static bool IsTaken(CompoundRun run, ulong offset, HeldLocks? own) =>
        run.State.Locks.Values.Any(l => l != own && l.Open.Inode == run.Current && l.Bytes.Contains(offset));

    private static Nfs4Stat Find(CompoundRun run, Stateid stateid, out HeldLocks? locks)
    {
        locks = null;
        var client = run.Session!.Client;
        return client.RevokedStateids.Contains(stateid.Other) ? Nfs4Stat.Expired
            : !stateid.Other.StartsWith($"{run.State.Epoch:X8}", StringComparison.Ordinal) ? Nfs4Stat.StaleStateid
            : !run.State.Locks.TryGetValue(stateid.Other, out locks) || locks.Open.Client != client || locks.Open.Inode != run.Current ? Nfs4Stat.BadStateid
            : stateid.Sequence > locks.Sequence ? Nfs4Stat.BadStateid
            : stateid.Sequence != 0 && stateid.Sequence < locks.Sequence ? Nfs4Stat.OldStateid
            : Nfs4Stat.Ok;
    }
}
