using Microsoft.Win32.SafeHandles;

namespace EfsSharding.Volumes.Directories;

/// <summary>A file opened for reading.</summary>
/// <param name="Handle">Takes no lock: .NET's own opening would take a flock, which NFS turns into two round trips.</param>
/// <param name="Version">The file at the time of opening.</param>
internal sealed record OpenedFile(SafeFileHandle Handle, FileVersion Version) : IDisposable
{
    /// <summary>Bytes at the time of opening.</summary>
    public long Length => Version.Size;

    public void Dispose() => Handle.Dispose();
}
