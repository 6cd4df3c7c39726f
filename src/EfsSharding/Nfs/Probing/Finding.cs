namespace EfsSharding.Nfs.Probing;

/// <param name="IsKept">Whether the promise was kept.</param>
/// <param name="Detail">What was done and seen.</param>
internal readonly record struct Finding(bool IsKept, string Detail);
