namespace EfsSharding.Access;

/// <summary>A mount point that nobody else, in this process or another, chooses while it is held.</summary>
internal sealed class MountPlace(string mountPoint, string recordPath, FileStream lockFile) : IDisposable
{
    public string MountPoint { get; } = mountPoint;

    /// <summary>Leaves word of what is mounted here to later processes.</summary>
    public void Record(string text) => File.WriteAllText(recordPath, text);

    public void Dispose() => lockFile.Dispose();
}
