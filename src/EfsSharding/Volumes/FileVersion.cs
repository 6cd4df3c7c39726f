namespace EfsSharding.Volumes;

/// <summary>Which file, and which state of it. A file id alone names no file: servers give the id of a removed file to the next one.</summary>
/// <param name="FileId">The same through every mount target of a file system; 0 when unknown.</param>
/// <param name="Change">NFS's change attribute, or the time of the last status change in nanoseconds. Another whenever the file changes; compares only with one that was had the same way.</param>
/// <param name="Size">Bytes.</param>
internal readonly record struct FileVersion(ulong FileId, ulong Change, long Size)
{
    /// <summary>Whether it tells one file from another.</summary>
    public bool IsKnown => FileId != 0;

    /// <summary>Whether both are known and the same file in the same state.</summary>
    public bool IsSame(FileVersion other) => IsKnown && this == other;
}
