namespace EfsSharding.Tests.Nfs.Scripted;

/// <summary>RFC 8881 §16.2.3, nfs_opnum4; the peer's own list, so that a wrong number in the client cannot hide.</summary>
internal enum Nfs4Op : uint
{
    Access = 3,
    Close = 4,
    Commit = 5,
    Create = 6,
    GetAttr = 9,
    GetFh = 10,
    Link = 11,
    Lookup = 15,
    Open = 18,
    PutFh = 22,
    PutRootFh = 24,
    Read = 25,
    ReadDir = 26,
    Remove = 28,
    Rename = 29,
    RestoreFh = 31,
    SaveFh = 32,
    SetAttr = 34,
    Write = 38,
    ExchangeId = 42,
    CreateSession = 43,
    DestroySession = 44,
    FreeStateid = 45,
    Sequence = 53,
    TestStateid = 55,
    DestroyClientId = 57,
    ReclaimComplete = 58,
    Illegal = 10044,
}
