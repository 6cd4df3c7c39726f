using EfsSharding.Nfs.Operations;
using EfsSharding.Volumes;

namespace EfsSharding.Nfs.Files;

/// <summary>A handle or an open of a file means nothing to the server any more. Never leaves the volume.</summary>
internal sealed class StaleFileException(string path, NfsStatus status)
    : IOException($"'{path}' was replaced or deleted while it was in use ({status}). Open it again."), IVolumeFault
{
    public NfsStatus Status { get; } = status;

    bool IVolumeFault.MayTakeEffect => true;
}
