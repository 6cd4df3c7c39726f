using EfsSharding.Volumes;

namespace EfsSharding.Nfs.Session;

/// <summary>The session ended before the reply came. The operation is tried again in a new one, after a look at what happened.</summary>
internal sealed class SessionLostException(string reason, bool mayHaveExecuted) : IOException($"The NFS session ended: {reason}."), IVolumeFault
{
    /// <summary>Whether the server may have carried the compound out.</summary>
    public bool MayHaveExecuted { get; } = mayHaveExecuted;

    bool IVolumeFault.MayTakeEffect => MayHaveExecuted;
}
