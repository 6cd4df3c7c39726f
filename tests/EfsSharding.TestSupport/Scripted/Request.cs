using EfsSharding.Nfs.Operations;

namespace EfsSharding.TestSupport.Scripted;

/// <summary>One operation of a compound, decoded. The records are named after RFC 8881 §18 and hold what the peer looks at.</summary>
internal abstract record Request(Nfs4Op Op);

internal sealed record AccessRequest(uint Wanted) : Request(Nfs4Op.Access);

internal sealed record CloseRequest(Stateid Stateid) : Request(Nfs4Op.Close);

internal sealed record CommitRequest(ulong Offset, uint Count) : Request(Nfs4Op.Commit);

internal sealed record CreateRequest(uint Type, string Name, SettableAttributes Attributes) : Request(Nfs4Op.Create);

internal sealed record GetAttrRequest(uint[] Mask) : Request(Nfs4Op.GetAttr);

internal sealed record LinkRequest(string NewName) : Request(Nfs4Op.Link);

/// <param name="Type">1 read, 2 write.</param>
/// <param name="Offset">The first byte.</param>
/// <param name="Length">How many.</param>
/// <param name="Owner">The new lock-owner; null when the stateid is that of its earlier locks.</param>
/// <param name="Stateid">The open's for a new lock-owner, else the lock-owner's.</param>
internal sealed record LockRequest(uint Type, ulong Offset, ulong Length, string? Owner, Stateid Stateid) : Request(Nfs4Op.Lock);

internal sealed record LockURequest(uint Type, Stateid Stateid, ulong Offset, ulong Length) : Request(Nfs4Op.LockU);

internal sealed record LookupRequest(string Name) : Request(Nfs4Op.Lookup);

internal sealed record OpenRequest(uint ShareAccess, uint ShareDeny, ulong ClientId, string Owner, OpenHow How, SettableAttributes? Attributes, ulong Verifier, string? Name)
    : Request(Nfs4Op.Open);

internal sealed record PutFhRequest(byte[] Handle) : Request(Nfs4Op.PutFh);

/// <summary>An operation without arguments: PUTROOTFH, GETFH, SAVEFH, RESTOREFH, or one that this server does not know.</summary>
internal sealed record BareRequest(Nfs4Op Op) : Request(Op);

internal sealed record ReadRequest(Stateid Stateid, ulong Offset, uint Count) : Request(Nfs4Op.Read);

internal sealed record ReadDirRequest(ulong Cookie, ulong Verifier, uint DirCount, uint MaxCount, uint[] Mask) : Request(Nfs4Op.ReadDir);

internal sealed record RemoveRequest(string Name) : Request(Nfs4Op.Remove);

internal sealed record RenameRequest(string OldName, string NewName) : Request(Nfs4Op.Rename);

internal sealed record SetAttrRequest(Stateid Stateid, SettableAttributes Attributes) : Request(Nfs4Op.SetAttr);

/// <param name="Mask">The attributes that are compared.</param>
/// <param name="Values">As the client encoded them.</param>
internal sealed record VerifyRequest(uint[] Mask, byte[] Values) : Request(Nfs4Op.Verify);

internal sealed record WriteRequest(Stateid Stateid, ulong Offset, uint Stable, byte[] Data) : Request(Nfs4Op.Write);

internal sealed record ExchangeIdRequest(ulong Verifier, string Owner, uint Flags) : Request(Nfs4Op.ExchangeId);

internal sealed record CreateSessionRequest(ulong ClientId, uint Sequence, uint Flags, ChannelLimits Fore, ChannelLimits Back) : Request(Nfs4Op.CreateSession);

internal sealed record DestroySessionRequest(string SessionId) : Request(Nfs4Op.DestroySession);

internal sealed record FreeStateidRequest(Stateid Stateid) : Request(Nfs4Op.FreeStateid);

internal sealed record TestStateidRequest(Stateid[] Stateids) : Request(Nfs4Op.TestStateid);

internal sealed record SequenceRequest(string SessionId, uint Sequence, uint Slot, uint HighestSlot, bool CacheThis) : Request(Nfs4Op.Sequence);

internal sealed record DestroyClientIdRequest(ulong ClientId) : Request(Nfs4Op.DestroyClientId);

internal sealed record ReclaimCompleteRequest(bool OneFileSystem) : Request(Nfs4Op.ReclaimComplete);
