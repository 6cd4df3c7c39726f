namespace EfsSharding.TestSupport.Scripted;

/// <summary>Open state (RFC 8881 §18.16, §18.2, §18.38, §18.48) and the meaning of stateids (§8.2).</summary>
internal static class OpenOperations
{
    public const uint ShareRead = 1;
    public const uint ShareWrite = 2;

    public static Nfs4Stat Open(CompoundRun run, OpenRequest request, PeerWriter result)
    {
        var client = run.Session!.Client;
        if (run.State.GraceAnswersLeft > 0)
        {
            run.State.GraceAnswersLeft--;
            return Nfs4Stat.Grace;
        }

        if (!client.ReclaimComplete)
        {
            return Nfs4Stat.Grace;
        }

        if ((request.ShareAccess & 3) == 0 || (request.Name is null && !run.State.Settings.TakesClaimFh))
        {
            return Nfs4Stat.Inval;
        }

        var directory = run.Current!;
        var before = directory.Change;
        var status = Find(run, request, out var inode, out var created);
        if (status != Nfs4Stat.Ok)
        {
            return status;
        }

        var open = run.State.Opens.Values.FirstOrDefault(open => open.Client == client && open.Owner == request.Owner && open.Inode == inode);
        if (open is null)
        {
            open = new OpenFile($"{run.State.Epoch:X8}{run.State.NextId():X16}", client, request.Owner, inode!);
            run.State.Opens.Add(open.Other, open);
        }
        else
        {
            open.Sequence++;
        }

        open.ShareAccess |= request.ShareAccess & 3;
        (run.Current, run.CurrentStateid) = (inode, open.Stateid);
        open.Stateid.Write(result);
        result.ChangeInfo(before, directory.Change).UInt32(run.State.Settings.KeepsUnlinked ? 8u : 0u);
        result.Bitmap(created && request.Attributes is { } attributes ? attributes.Mask : []);
        result.UInt32(0);
        return Nfs4Stat.Ok;
    }

    public static Nfs4Stat Close(CompoundRun run, CloseRequest request, PeerWriter result)
    {
        if (Resolve(run, request.Stateid, out var open) is var status and not Nfs4Stat.Ok)
        {
            return status;
        }

        if (open is null)
        {
            return Nfs4Stat.BadStateid;
        }

        run.State.Close(open);
        new Stateid(uint.MaxValue, "000000000000000000000000").Write(result);
        return Nfs4Stat.Ok;
    }

    public static Nfs4Stat FreeStateid(CompoundRun run, FreeStateidRequest request)
    {
        var client = run.Session!.Client;
        if (run.State.Opens.ContainsKey(request.Stateid.Other))
        {
            return Nfs4Stat.Locked;
        }

        var known = client.RevokedStateids.Remove(request.Stateid.Other);
        client.Revoked &= client.RevokedStateids.Count > 0;
        return known ? Nfs4Stat.Ok : Nfs4Stat.BadStateid;
    }

    public static Nfs4Stat TestStateid(CompoundRun run, TestStateidRequest request, PeerWriter result)
    {
        result.UInt32((uint)request.Stateids.Length);
        foreach (var stateid in request.Stateids)
        {
            result.UInt32((uint)Resolve(run, stateid, out _));
        }

        return Nfs4Stat.Ok;
    }

    /// <summary>Whether data may be moved under a stateid.</summary>
    public static Nfs4Stat Check(CompoundRun run, Stateid stateid, uint share)
    {
        if (Resolve(run, stateid, out var open) is var status and not Nfs4Stat.Ok)
        {
            return status;
        }

        return open is null ? Nfs4Stat.Ok
            : open.Inode != run.Current ? Nfs4Stat.BadStateid
            : (open.ShareAccess & share) == 0 ? Nfs4Stat.OpenMode
            : Nfs4Stat.Ok;
    }

    /// <summary>The open file of a stateid; none for the anonymous one and the one that bypasses locks.</summary>
    public static Nfs4Stat Resolve(CompoundRun run, Stateid stateid, out OpenFile? open)
    {
        open = null;
        if (stateid == Stateid.Anonymous || stateid == Stateid.Bypass)
        {
            return run.State.Settings.TakesAnonymousStateid ? Nfs4Stat.Ok : Nfs4Stat.BadStateid;
        }

        if (stateid == Stateid.Current)
        {
            if (!run.State.Settings.TakesCurrentStateid || run.CurrentStateid is not { } current)
            {
                return Nfs4Stat.BadStateid;
            }

            stateid = current;
        }

        var client = run.Session!.Client;
        if (client.RevokedStateids.Contains(stateid.Other))
        {
            return Nfs4Stat.Expired;
        }

        if (!stateid.Other.StartsWith($"{run.State.Epoch:X8}", StringComparison.Ordinal))
        {
            return Nfs4Stat.StaleStateid;
        }

        if (!run.State.Opens.TryGetValue(stateid.Other, out open) || open.Client != client || stateid.Sequence > open.Sequence)
        {
            return Nfs4Stat.BadStateid;
        }

        return stateid.Sequence != 0 && stateid.Sequence < open.Sequence ? Nfs4Stat.OldStateid : Nfs4Stat.Ok;
    }

    private static Nfs4Stat Find(CompoundRun run, OpenRequest request, out Inode? inode, out bool created)
    {
        created = false;
        inode = request.Name is null ? run.Current : null;
        if (request.Name is { } name)
        {
            if (DirectoryOperations.Check(run.Current!, name) is var status and not Nfs4Stat.Ok)
            {
                return status;
            }

            inode = run.Current!.Find(name);
            if (inode is null)
            {
                return Create(run, request, name, out inode, out created);
            }
        }

        return inode!.Type switch
        {
            InodeType.Directory => Nfs4Stat.IsDir,
            InodeType.Symlink => Nfs4Stat.Symlink,
            InodeType.Socket or InodeType.Pipe => Nfs4Stat.WrongType,
            _ => OpenExisting(run.State.Tree, inode, request),
        };
    }

    private static Nfs4Stat Create(CompoundRun run, OpenRequest request, string name, out Inode? inode, out bool created)
    {
        inode = null;
        created = request.How != OpenHow.NoCreate;
        if (!created)
        {
            return Nfs4Stat.NoEnt;
        }

        inode = run.State.Tree.Make(InodeType.File);
        inode.Verifier = request.How == OpenHow.Exclusive ? request.Verifier : null;
        HandleOperations.Apply(run.State.Tree, inode, request.Attributes!);
        run.Current!.Put(name, inode);
        return Nfs4Stat.Ok;
    }

    private static Nfs4Stat OpenExisting(FileTree tree, Inode inode, OpenRequest request)
    {
        switch (request.How)
        {
            case OpenHow.Guarded:
            case OpenHow.Exclusive when inode.Verifier != request.Verifier:
                return Nfs4Stat.Exist;
            case OpenHow.Unchecked when request.Attributes is { Size: 0 }:
                inode.Resize(0);
                tree.Touch(inode);
                break;
        }

        return Nfs4Stat.Ok;
    }
}
