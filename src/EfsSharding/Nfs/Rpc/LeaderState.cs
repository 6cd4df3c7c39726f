namespace EfsSharding.Nfs.Rpc;

/// <summary>What the two threads of a <see cref="LeaderFollowerReceiver"/> do.</summary>
internal enum LeaderState
{
    /// <summary>The leader receives; the other runs a caller, or has not begun to wait.</summary>
    FollowerIsAway,

    /// <summary>The leader receives; the follower waits to be promoted.</summary>
    FollowerWaits,

    /// <summary>The leader runs a caller and nobody receives, as no other reply is outstanding; the follower waits to be promoted.</summary>
    LeaderRunsCaller,

    /// <summary>The stream has ended, and both threads end.</summary>
    Ended,
}
