using System.Text;

namespace EfsSharding.TestSupport.Scripted;

/// <summary>CREATE, REMOVE, RENAME, LINK and READDIR (RFC 8881 §18.4, §18.25, §18.26, §18.9, §18.23).</summary>
internal static class DirectoryOperations
{
    public static Nfs4Stat Check(Inode directory, string name) =>
        directory.Type == InodeType.Symlink ? Nfs4Stat.Symlink
        : directory.Type != InodeType.Directory ? Nfs4Stat.NotDir
        : directory.Links == 0 ? Nfs4Stat.NoEnt
        : name.Length == 0 ? Nfs4Stat.Inval
        : name is "." or ".." || name.Contains('/') || name.Contains('\0') ? Nfs4Stat.BadName
        : Encoding.UTF8.GetByteCount(name) > 255 ? Nfs4Stat.NameTooLong
        : Nfs4Stat.Ok;

    public static Nfs4Stat Create(CompoundRun run, CreateRequest request, PeerWriter result)
    {
        var directory = run.Current!;
        if (Check(directory, request.Name) is var status and not Nfs4Stat.Ok)
        {
            return status;
        }

        if (request.Type != (uint)InodeType.Directory)
        {
            return Nfs4Stat.BadType;
        }

        if (directory.Find(request.Name) is not null)
        {
            return Nfs4Stat.Exist;
        }

        var before = directory.Change;
        var made = run.State.Tree.Make(InodeType.Directory);
        HandleOperations.Apply(run.State.Tree, made, request.Attributes);
        directory.Put(request.Name, made);
        (run.Current, run.CurrentStateid) = (made, null);
        result.ChangeInfo(before, directory.Change).Bitmap(request.Attributes.Mask);
        return Nfs4Stat.Ok;
    }

    public static Nfs4Stat Remove(CompoundRun run, RemoveRequest request, PeerWriter result)
    {
        var directory = run.Current!;
        if (Check(directory, request.Name) is var status and not Nfs4Stat.Ok)
        {
            return status;
        }

        if (directory.Find(request.Name) is not { } inode)
        {
            return Nfs4Stat.NoEnt;
        }

        if (inode.ByCookie.Count > 0)
        {
            return Nfs4Stat.NotEmpty;
        }

        var before = directory.Change;
        directory.Take(request.Name);
        run.State.Tree.Unlink(inode, run.State.IsOpen(inode) || (inode.Type == InodeType.Directory && run.State.Settings.KnowsRemovedDirectories));
        result.ChangeInfo(before, directory.Change);
        return Nfs4Stat.Ok;
    }

    public static Nfs4Stat Rename(CompoundRun run, RenameRequest request, PeerWriter result)
    {
        if (run.Saved is not { } source)
        {
            return Nfs4Stat.NoFileHandle;
        }

        var target = run.Current!;
        if (Check(source, request.OldName) is var oldName and not Nfs4Stat.Ok)
        {
            return oldName;
        }

        if (Check(target, request.NewName) is var newName and not Nfs4Stat.Ok)
        {
            return newName;
        }

        if (source.Find(request.OldName) is not { } moved)
        {
            return Nfs4Stat.NoEnt;
        }

        var (sourceBefore, targetBefore) = (source.Change, target.Change);
        if (target.Find(request.NewName) is { } replaced && replaced != moved)
        {
            if (replaced.Type != moved.Type && (replaced.Type == InodeType.Directory || moved.Type == InodeType.Directory))
            {
                return Nfs4Stat.Exist;
            }

            if (replaced.ByCookie.Count > 0)
            {
                return Nfs4Stat.NotEmpty;
            }

            run.State.Tree.Unlink(replaced, run.State.IsOpen(replaced));
        }

        if (target.Find(request.NewName) != moved)
        {
            source.Take(request.OldName);
            target.Put(request.NewName, moved);
        }

        result.ChangeInfo(sourceBefore, source.Change).ChangeInfo(targetBefore, target.Change);
        return Nfs4Stat.Ok;
    }

    public static Nfs4Stat Link(CompoundRun run, LinkRequest request, PeerWriter result)
    {
        if (run.Saved is not { } file)
        {
            return Nfs4Stat.NoFileHandle;
        }

        var directory = run.Current!;
        if (Check(directory, request.NewName) is var status and not Nfs4Stat.Ok)
        {
            return status;
        }

        if (file.Type == InodeType.Directory)
        {
            return Nfs4Stat.IsDir;
        }

        if (directory.Find(request.NewName) is not null)
        {
            return Nfs4Stat.Exist;
        }

        var before = directory.Change;
        directory.Put(request.NewName, file);
        file.Links++;
        file.NoteChange();
        result.ChangeInfo(before, directory.Change);
        return Nfs4Stat.Ok;
    }

    public static Nfs4Stat ReadDir(CompoundRun run, ReadDirRequest request, PeerWriter result)
    {
        var directory = run.Current!;
        if (directory.Type != InodeType.Directory)
        {
            return Nfs4Stat.NotDir;
        }

        if (request.Cookie is 1 or 2)
        {
            return Nfs4Stat.BadCookie;
        }

        if (request.Cookie != 0 && request.Verifier != run.State.CookieVerifier)
        {
            return Nfs4Stat.NotSame;
        }

        var budget = (int)Math.Min(request.MaxCount, run.Session!.Fore.MaxResponse - (uint)run.ResultLength) - 64;
        var entries = new PeerWriter();
        var listed = 0;
        var complete = true;
        foreach (var (cookie, (name, inode)) in directory.ByCookie.Where(entry => entry.Key > request.Cookie))
        {
            var encoded = new PeerWriter().Boolean(true).UInt64(cookie).Text(name);
            if (inode.ReadDirError is { } error)
            {
                encoded.Bitmap([1u << 11]).Opaque(new PeerWriter().UInt32((uint)error).ToArray());
            }
            else
            {
                AttributeWriter.Write(encoded, request.Mask, inode, run.State);
            }

            if (entries.Length + encoded.Length > budget || listed == run.State.Settings.MaxEntries)
            {
                complete = false;
                break;
            }

            entries.Raw(encoded.ToArray());
            listed++;
        }

        if (listed == 0 && !complete)
        {
            return Nfs4Stat.TooSmall;
        }

        result.UInt64(run.State.CookieVerifier).Raw(entries.ToArray()).Boolean(false).Boolean(complete);
        return Nfs4Stat.Ok;
    }
}
