using EfsSharding.Nfs.Files.Compounds;
using EfsSharding.Nfs.Operations;

namespace EfsSharding.Nfs.Files.Writing;

/// <summary>What every way of publishing a file has in common.</summary>
internal static class Publication
{
    public static Exception ToException(FileCompound failed, string path, bool links) => links && failed is { FailedOperation: NfsOpcode.Link, Status: NfsStatus.Exist }
        ? new FileExistsException(path)
        : NfsErrors.ToException(failed.Status, failed.FailedOperation, path, changes: true);
}
