namespace EfsSharding.Nfs.Operations;

/// <summary>The server answered an operation with an error that is not about the file that was asked for.</summary>
internal sealed class NfsException(NfsStatus status, NfsOpcode operation)
    : IOException($"The NFS server answered {operation} with NFS4ERR_{status.ToString().ToUpperInvariant()} ({(uint)status}).{(status == NfsStatus.MinorVersMismatch ? " It does not speak NFSv4.1." : "")}")
{
    public NfsStatus Status { get; } = status;

    public NfsOpcode Operation { get; } = operation;
}
