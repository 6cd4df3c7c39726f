using EfsSharding.Nfs.Diagnostics;
using EfsSharding.Nfs.Operations;
using Microsoft.Extensions.Logging;

namespace EfsSharding.Nfs.Files;

/// <summary>
/// What the server does. VERIFY is tried where the volume begins; a stateid can only be tried on a file, of which none is known
/// then and none is made for it, so that the first file that is read or written shows it.
/// </summary>
internal sealed class ServerAbilities(ILogger logger, string mountTargetId)
{
    /// <summary>READ without an open.</summary>
    public ServerAbility AnonymousRead { get; } = new(logger, mountTargetId, "READ with the anonymous stateid", "files are opened and closed for reading");

    /// <summary>OPEN, READ or WRITE, and CLOSE in one compound.</summary>
    public ServerAbility CurrentStateId { get; } = new(logger, mountTargetId, "the current stateid", "small files are written, and read where they must be opened, in several round trips");

    /// <summary>A WRITE that takes all of a small file.</summary>
    public ServerAbility WholeWrite { get; } = new(logger, mountTargetId, "a small file in one WRITE", "small files are written in several round trips");

    /// <summary>VERIFY.</summary>
    public ServerAbility Verify { get; } = new(logger, mountTargetId, "VERIFY", "small files are written, and files deleted, in several round trips");

    /// <summary>Whether the server promises to keep a file that is open when its last name goes. Null: no large file has been opened.</summary>
    public bool? PromisesUnlinked { get; set; }

    /// <summary>Whether it was seen to do so. Null: it was not put to the test.</summary>
    public bool? KeepsUnlinked { get; set; }

    public bool WholeFileWrite => CurrentStateId.MayBeUsed && WholeWrite.MayBeUsed && Verify.MayBeUsed;

    /// <summary>Says what is taken for granted until the server shows it.</summary>
    public void Report() => NfsLog.AbilitiesAssumed(logger, mountTargetId);

    /// <summary>Whether VERIFY itself was refused, rather than that what it verifies is so.</summary>
    public static bool IsVerifyRefusal(NfsStatus status) => status is NfsStatus.NotSupp or NfsStatus.AttrNotSupp or NfsStatus.Inval or NfsStatus.OpIllegal;

    /// <summary>Whether a stateid of a special value was refused. Other answers about state may be true of the open it stands for, once.</summary>
    public static bool IsStateIdRefusal(NfsStatus status, int attempt) =>
        status is NfsStatus.BadStateId or NfsStatus.NotSupp || (attempt > 0 && NfsErrors.IsStateLost(status));
}
