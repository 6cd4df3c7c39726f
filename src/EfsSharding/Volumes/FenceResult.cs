namespace EfsSharding.Volumes;

/// <summary>What was found out about an attempt when it was fenced: it can take no effect any more.</summary>
internal enum FenceResult
{
    /// <summary>It had taken none: the change can be made again.</summary>
    NoEffect,

    /// <summary>It had: the change is made, whatever others did since.</summary>
    TookEffect,

    /// <summary>Nobody can tell. Making the change again could undo what others did since.</summary>
    Unknown,
}
