namespace EfsSharding.Targets;

/// <summary>Whether operations go to a mount target.</summary>
internal enum VolumeState
{
    /// <summary>Not reached yet, or it failed and did not answer since: operations pass it by.</summary>
    Down,

    /// <summary>An operation just failed on it and it is being asked: operations go to others first.</summary>
    Suspect,

    /// <summary>Serves.</summary>
    Up,
}
