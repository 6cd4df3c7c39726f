namespace EfsSharding.Nfs.Operations;

/// <summary><c>sr_status_flags</c>, as far as this client acts on it.</summary>
[Flags]
internal enum SequenceFlags : uint
{
    None = 0,
    ExpiredAllStateRevoked = 0x08,
    ExpiredSomeStateRevoked = 0x10,
    AdminStateRevoked = 0x20,
    RestartReclaimNeeded = 0x100,

    /// <summary>Opens that the client believes to hold are gone.</summary>
    StateLost = ExpiredAllStateRevoked | ExpiredSomeStateRevoked | AdminStateRevoked | RestartReclaimNeeded,
}
