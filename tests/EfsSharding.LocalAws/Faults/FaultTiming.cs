namespace EfsSharding.LocalAws;

/// <summary>On which side of the operation's effect a fault is.</summary>
public enum FaultTiming
{
    /// <summary>The operation is not carried out.</summary>
    Before,

    /// <summary>The operation is carried out, and its reply is lost.</summary>
    After,
}
