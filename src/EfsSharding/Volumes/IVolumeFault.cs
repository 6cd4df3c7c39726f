namespace EfsSharding.Volumes;

/// <summary>A failure that is between a volume and its server, and no answer about a file. To the store it is a fault of the target; no caller is shown it.</summary>
internal interface IVolumeFault
{
    /// <summary>See <see cref="TargetFaultException.MayTakeEffect"/>.</summary>
    bool MayTakeEffect { get; }
}
