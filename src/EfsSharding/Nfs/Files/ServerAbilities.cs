using Microsoft.Extensions.Logging;

namespace EfsSharding.Nfs.Files;

/// <summary>What the server turned out not to do. It is asked in the way that needs the fewest round trips until it first refuses.</summary>
internal sealed class ServerAbilities(ILogger logger, string mountTargetId)
{
    private int _noAnonymousRead;
    private int _noWholeFileWrite;
    private int _noVerify;

    /// <summary>READ without an open.</summary>
    public bool AnonymousRead => Volatile.Read(ref _noAnonymousRead) == 0;

    /// <summary>OPEN, WRITE and CLOSE in one compound, by the current stateid.</summary>
    public bool WholeFileWrite => Volatile.Read(ref _noWholeFileWrite) == 0;

    /// <summary>VERIFY.</summary>
    public bool Verify => Volatile.Read(ref _noVerify) == 0;

    public void RefuseAnonymousRead() => Refuse(ref _noAnonymousRead, "READ with the anonymous stateid", "files are opened and closed for reading");

    public void RefuseWholeFileWrite() => Refuse(ref _noWholeFileWrite, "the current stateid", "small files are written in several round trips");

    public void RefuseVerify() => Refuse(ref _noVerify, "VERIFY", "small files are written, and files deleted, in several round trips");

    private void Refuse(ref int ability, string what, string instead)
    {
        if (Interlocked.Exchange(ref ability, 1) == 0)
        {
            NfsLog.AbilityMissing(logger, mountTargetId, what, instead);
        }
    }
}
