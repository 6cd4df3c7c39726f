namespace EfsSharding;

/// <summary>Which of a file system's mount targets is asked first. All of them show the same files, so that this decides cost and speed and never where a file is.</summary>
public enum MountTargetOrder
{
    /// <summary>In the order of the path's hash, so that the work is spread evenly over all mount targets, in whichever zone they are.</summary>
    ByHash,

    /// <summary>
    /// Those in the client's own Availability Zone first, then the others, each in the order of the hash. Traffic between zones costs money and
    /// about a millisecond; the price is that clients in one zone share its mount target. A mount target of weight 0 stays behind all others.
    /// Where the zone of the client is not known, the order is that of the hash, and the log says so.
    /// </summary>
    SameZoneFirst,
}
