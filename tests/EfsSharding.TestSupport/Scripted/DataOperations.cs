namespace EfsSharding.TestSupport.Scripted;

internal static class DataOperations
{
    public static Nfs4Stat Read(CompoundRun run, ReadRequest request, PeerWriter result)
    {
        if (CheckFile(run) is var type and not Nfs4Stat.Ok)
        {
            return type;
        }

        if (OpenOperations.Check(run, request.Stateid, OpenOperations.ShareRead) is var status and not Nfs4Stat.Ok)
        {
            return status;
        }

        var limits = run.Session!.Fore;
        if (run.CacheThis && run.ResultLength + request.Count > limits.MaxCached)
        {
            return Nfs4Stat.RepTooBigToCache;
        }

        if (run.ResultLength + request.Count > limits.MaxResponse)
        {
            return Nfs4Stat.RepTooBig;
        }

        var content = run.Current!.Content;
        var start = (int)Math.Min(request.Offset, (ulong)content.Length);
        var count = (int)Math.Min((ulong)(content.Length - start), Math.Min(request.Count, run.State.Settings.MaxIo));
        result.Boolean(start + count == content.Length).Opaque(content.AsSpan(start, count));
        return Nfs4Stat.Ok;
    }

    public static Nfs4Stat Write(CompoundRun run, WriteRequest request, PeerWriter result)
    {
        if (CheckFile(run) is var type and not Nfs4Stat.Ok)
        {
            return type;
        }

        if (OpenOperations.Check(run, request.Stateid, OpenOperations.ShareWrite) is var status and not Nfs4Stat.Ok)
        {
            return status;
        }

        var count = (int)Math.Min((ulong)request.Data.Length, run.State.Settings.MaxIo);
        run.Current!.Write(request.Offset, request.Data.AsSpan(0, count), stable: request.Stable != 0);
        run.State.Tree.Touch(run.Current);
        result.UInt32((uint)count).UInt32(request.Stable).UInt64(run.State.WriteVerifier);
        return Nfs4Stat.Ok;
    }

    public static Nfs4Stat Commit(CompoundRun run, PeerWriter result)
    {
        if (CheckFile(run) is var type and not Nfs4Stat.Ok)
        {
            return type;
        }

        run.Current!.Stable = null;
        result.UInt64(run.State.WriteVerifier);
        return Nfs4Stat.Ok;
    }

    private static Nfs4Stat CheckFile(CompoundRun run) => run.Current!.Type switch
    {
        InodeType.File => Nfs4Stat.Ok,
        InodeType.Directory => Nfs4Stat.IsDir,
        _ => Nfs4Stat.WrongType,
    };
}
