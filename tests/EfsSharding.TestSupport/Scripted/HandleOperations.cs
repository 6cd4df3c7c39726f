namespace EfsSharding.TestSupport.Scripted;

/// <summary>Filehandles and attributes.</summary>
internal static class HandleOperations
{
    public static Nfs4Stat PutRootFh(CompoundRun run) => Set(run, run.State.Tree.Root);

    public static Nfs4Stat PutFh(CompoundRun run, PutFhRequest request) =>
        run.State.Tree.Resolve(request.Handle, out var inode) is var status and not Nfs4Stat.Ok ? status : Set(run, inode!);

    public static Nfs4Stat GetFh(CompoundRun run, PeerWriter result)
    {
        result.Opaque(run.State.Tree.HandleOf(run.Current!));
        return Nfs4Stat.Ok;
    }

    public static Nfs4Stat SaveFh(CompoundRun run)
    {
        if (run.Current is null)
        {
            return Nfs4Stat.NoFileHandle;
        }

        (run.Saved, run.SavedStateid) = (run.Current, run.CurrentStateid);
        return Nfs4Stat.Ok;
    }

    public static Nfs4Stat RestoreFh(CompoundRun run)
    {
        if (run.Saved is null)
        {
            return Nfs4Stat.RestoreFh;
        }

        (run.Current, run.CurrentStateid) = (run.Saved, run.SavedStateid);
        return Nfs4Stat.Ok;
    }

    public static Nfs4Stat Lookup(CompoundRun run, LookupRequest request)
    {
        if (DirectoryOperations.Check(run.Current!, request.Name) is var status and not Nfs4Stat.Ok)
        {
            return status;
        }

        return run.Current!.Find(request.Name) is { } found ? Set(run, found) : Nfs4Stat.NoEnt;
    }

    public static Nfs4Stat Access(AccessRequest request, PeerWriter result)
    {
        result.UInt32(request.Wanted & 0x3F).UInt32(request.Wanted & 0x3F);
        return Nfs4Stat.Ok;
    }

    public static Nfs4Stat GetAttr(CompoundRun run, GetAttrRequest request, PeerWriter result)
    {
        AttributeWriter.Write(result, request.Mask, run.Current!, run.State);
        return Nfs4Stat.Ok;
    }

    public static Nfs4Stat Verify(CompoundRun run, VerifyRequest request)
    {
        if (!run.State.Settings.TakesVerify)
        {
            return Nfs4Stat.NotSupp;
        }

        var actual = new PeerWriter();
        AttributeWriter.Write(actual, request.Mask, run.Current!, run.State);
        var expected = new PeerWriter().Bitmap(request.Mask).Opaque(request.Values);
        return actual.ToArray().AsSpan().SequenceEqual(expected.ToArray()) ? Nfs4Stat.Ok : Nfs4Stat.NotSame;
    }

    public static Nfs4Stat SetAttr(CompoundRun run, SetAttrRequest request, PeerWriter result)
    {
        var inode = run.Current!;
        if (request.Attributes.Size is not null)
        {
            if (inode.Type != InodeType.File)
            {
                return inode.Type == InodeType.Directory ? Nfs4Stat.IsDir : Nfs4Stat.Inval;
            }

            if (OpenOperations.Check(run, request.Stateid, OpenOperations.ShareWrite) is var status and not Nfs4Stat.Ok)
            {
                return status;
            }
        }

        Apply(run.State.Tree, inode, request.Attributes);
        result.Bitmap(request.Attributes.Mask);
        return Nfs4Stat.Ok;
    }

    public static void Apply(FileTree tree, Inode inode, SettableAttributes attributes)
    {
        if (attributes.Size is { } size)
        {
            inode.Resize(size);
            tree.Touch(inode);
        }

        inode.Mode = attributes.Mode ?? inode.Mode;
        if (attributes.Modified is { } modified)
        {
            inode.Modified = modified;
            inode.NoteChange();
        }

        if (attributes.ModifiedNow)
        {
            tree.Touch(inode);
        }
    }

    private static Nfs4Stat Set(CompoundRun run, Inode inode)
    {
        (run.Current, run.CurrentStateid) = (inode, null);
        return Nfs4Stat.Ok;
    }
}
