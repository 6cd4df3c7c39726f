namespace EfsSharding.Volumes;

/// <summary>A mount target failed: it did not answer in time, or answered that it cannot serve. Never leaves the library.</summary>
internal sealed class TargetFaultException : IOException
{
    public TargetFaultException(string message, bool mayTakeEffect, Exception? innerException = null)
        : base(message, innerException)
    {
        MayTakeEffect = mayTakeEffect;
    }

    /// <summary>
    /// Whether the operation may have changed, or may yet change, something on the server. False only when it certainly did not
    /// and will not.
    /// </summary>
    public bool MayTakeEffect { get; }

    /// <summary>Any failure of a volume that is not an answer about a file, as a fault of its target.</summary>
    /// <param name="failure">Another kind of failure leaves null.</param>
    public static TargetFaultException? From(Exception failure) =>
        failure as TargetFaultException ?? (failure is IVolumeFault fault ? new TargetFaultException(failure.Message, fault.MayTakeEffect, failure) : null);

    /// <summary>Completes when the operation can have no further effect, where the volume can tell; otherwise already completed.</summary>
    public Task Settled { get; init; } = Task.CompletedTask;
}
