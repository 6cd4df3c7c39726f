using EfsSharding.Nfs.Diagnostics;
using Microsoft.Extensions.Logging;

namespace EfsSharding.Nfs.Files;

/// <summary>Something that a server may do or not. It is taken to do it until it refuses; which way it went is logged once.</summary>
internal sealed class ServerAbility(ILogger logger, string mountTargetId, string what, string instead)
{
    private const int Unknown = 0;
    private const int Taken = 1;
    private const int Refused = 2;
    private int _state;

    public bool MayBeUsed => Volatile.Read(ref _state) != Refused;

    public bool IsKnown => Volatile.Read(ref _state) != Unknown;

    /// <summary>Null while the server has not shown it.</summary>
    public bool? IsTaken => IsKnown ? MayBeUsed : null;

    public void Confirm()
    {
        if (!IsKnown && Interlocked.CompareExchange(ref _state, Taken, Unknown) == Unknown)
        {
            NfsLog.AbilityFound(logger, mountTargetId, what);
        }
    }

    public void Refuse()
    {
        if (Interlocked.Exchange(ref _state, Refused) != Refused)
        {
            NfsLog.AbilityMissing(logger, mountTargetId, what, instead);
        }
    }
}
