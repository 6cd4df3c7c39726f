using System.Text;

namespace EfsSharding.Mounting;

/// <summary>A mount point that nobody else, in this process or another, chooses while it is held.</summary>
internal sealed class MountPlace(string mountPoint, FileStream lockFile) : IDisposable
{
    public string MountPoint { get; } = mountPoint;

    /// <summary>Leaves word of what is mounted here to later processes.</summary>
    public void Record(string text)
    {
        lockFile.SetLength(0);
        lockFile.Write(Encoding.UTF8.GetBytes(text));
        lockFile.Flush();
    }

    public void Dispose() => lockFile.Dispose();
}
