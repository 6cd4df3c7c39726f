namespace EfsSharding.TestSupport.Scripted;

/// <summary>What the server grants. The defaults are EFS's where they are known: 16 operations a compound, handles of 128 bytes.</summary>
internal sealed record PeerSettings
{
    public ChannelLimits Limits { get; init; } = new(MaxRequest: 1_049_620, MaxResponse: 1_049_480, MaxCached: 4096, MaxOperations: 16, MaxSlots: 64);

    public uint LeaseSeconds { get; init; } = 90;

    /// <summary>Bytes that one READ or WRITE moves, whatever is asked for and whatever maxread and maxwrite say.</summary>
    public ulong MaxIo { get; init; } = 1 << 20;

    public ulong FileSystemId { get; init; } = 0xEF5;

    public string ServerOwner { get; init; } = "scripted";

    public string Scope { get; init; } = "scripted";

    public bool TakesCurrentStateid { get; init; } = true;

    public bool TakesAnonymousStateid { get; init; } = true;

    public bool TakesVerify { get; init; } = true;

    /// <summary>OPEN by handle (CLAIM_FH).</summary>
    public bool TakesClaimFh { get; init; } = true;

    /// <summary>A file that is open outlives its last name, and an OPEN's answer promises so.</summary>
    public bool KeepsUnlinked { get; init; } = true;

    /// <summary>The handle of a directory that was removed leads to it still, and nothing is in it, as on knfsd while its kernel remembers the directory.</summary>
    public bool KnowsRemovedDirectories { get; init; }

    /// <summary>The id of a file that is gone is given to the next one that is made, as file systems on disks do.</summary>
    public bool ReusesFileIds { get; init; }

    /// <summary>Entries in one READDIR reply, however large the reply may be.</summary>
    public int MaxEntries { get; init; } = int.MaxValue;

    /// <summary>OPENs that a restarted server answers with GRACE before it serves them.</summary>
    public int GraceAnswersAfterRestart { get; init; }

    /// <summary>Bytes in one record-marking fragment of a reply.</summary>
    public int FragmentSize { get; init; } = int.MaxValue;

    /// <summary>Bytes in one write to the socket.</summary>
    public int SegmentSize { get; init; } = int.MaxValue;
}
