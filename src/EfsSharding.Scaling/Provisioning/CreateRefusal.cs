namespace EfsSharding.Scaling.Provisioning;

/// <summary>What to do when CreateMountTarget refuses.</summary>
internal enum CreateRefusal
{
    /// <summary>End the run.</summary>
    Stop,

    /// <summary>Look again at what there is.</summary>
    LookAgain,

    /// <summary>Try another subnet of the zone, then the next zone.</summary>
    NextSubnet,

    /// <summary>Try the next zone; this one will never take a mount target.</summary>
    SkipZone,
}
