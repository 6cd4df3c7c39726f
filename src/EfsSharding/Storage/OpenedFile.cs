using Microsoft.Win32.SafeHandles;

namespace EfsSharding.Storage;

/// <summary>A file opened for reading.</summary>
/// <param name="Handle">Takes no lock: .NET's own opening would take a flock, which NFS turns into two round trips.</param>
/// <param name="FileId">The same on every mount target of a file system, and another after the file was replaced; 0 where unknown.</param>
/// <param name="Length">Bytes at the time of opening.</param>
internal sealed record OpenedFile(SafeFileHandle Handle, ulong FileId, long Length) : IDisposable
{
    public void Dispose() => Handle.Dispose();
}
