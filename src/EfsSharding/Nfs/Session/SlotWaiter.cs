namespace EfsSharding.Nfs.Session;

/// <summary>Somebody who waits for a slot.</summary>
internal sealed class SlotWaiter(Deadline deadline) : TaskCompletionSource<CompoundCall>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public Deadline Deadline => deadline;
}
