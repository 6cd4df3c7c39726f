namespace EfsSharding.TestSupport.Scripted;

/// <summary>Which code carries out which operation.</summary>
internal static class OperationTable
{
    public static Nfs4Stat Perform(CompoundRun run, Request request, PeerWriter result) => request switch
    {
        ExchangeIdRequest r => SessionOperations.ExchangeId(run, r, result),
        CreateSessionRequest r => SessionOperations.CreateSession(run, r, result),
        SequenceRequest r => SessionOperations.Sequence(run, r, result),
        DestroySessionRequest r => SessionOperations.DestroySession(run, r),
        DestroyClientIdRequest r => SessionOperations.DestroyClientId(run, r),
        ReclaimCompleteRequest r => SessionOperations.ReclaimComplete(run, r),
        BareRequest { Op: Nfs4Op.PutRootFh } => HandleOperations.PutRootFh(run),
        BareRequest { Op: Nfs4Op.SaveFh } => HandleOperations.SaveFh(run),
        BareRequest { Op: Nfs4Op.RestoreFh } => HandleOperations.RestoreFh(run),
        _ when run.Current is null && request is not (PutFhRequest or TestStateidRequest or FreeStateidRequest) => Nfs4Stat.NoFileHandle,
        PutFhRequest r => HandleOperations.PutFh(run, r),
        BareRequest { Op: Nfs4Op.GetFh } => HandleOperations.GetFh(run, result),
        LookupRequest r => HandleOperations.Lookup(run, r),
        AccessRequest r => HandleOperations.Access(r, result),
        GetAttrRequest r => HandleOperations.GetAttr(run, r, result),
        SetAttrRequest r => HandleOperations.SetAttr(run, r, result),
        VerifyRequest r => HandleOperations.Verify(run, r),
        OpenRequest r => OpenOperations.Open(run, r, result),
        LockRequest r => LockOperations.Lock(run, r, result),
        LockURequest r => LockOperations.LockU(run, r, result),
        CloseRequest r => OpenOperations.Close(run, r, result),
        FreeStateidRequest r => OpenOperations.FreeStateid(run, r),
        TestStateidRequest r => OpenOperations.TestStateid(run, r, result),
        ReadRequest r => DataOperations.Read(run, r, result),
        WriteRequest r => DataOperations.Write(run, r, result),
        CommitRequest => DataOperations.Commit(run, result),
        CreateRequest r => DirectoryOperations.Create(run, r, result),
        RemoveRequest r => DirectoryOperations.Remove(run, r, result),
        RenameRequest r => DirectoryOperations.Rename(run, r, result),
        LinkRequest r => DirectoryOperations.Link(run, r, result),
        ReadDirRequest r => DirectoryOperations.ReadDir(run, r, result),
        _ => Nfs4Stat.OpIllegal,
    };
}
