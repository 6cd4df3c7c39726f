namespace EfsSharding.Nfs.Session;

/// <param name="MaxReadBytes">The most that one READ may ask for.</param>
/// <param name="MaxWriteBytes">The most that one WRITE may carry.</param>
/// <param name="Lease">How long the server keeps the client's state after its last SEQUENCE.</param>
internal readonly record struct TransferLimits(int MaxReadBytes, int MaxWriteBytes, TimeSpan Lease);
