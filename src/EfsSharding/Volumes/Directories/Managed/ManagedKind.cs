namespace EfsSharding.Volumes.Directories.Managed;

/// <summary>What is at a path.</summary>
internal enum ManagedKind
{
    Nothing,
    File,
    Directory,

    /// <summary>A symbolic link, pipe, socket or device.</summary>
    Special,

    /// <summary>Nothing can be there: a part of the path's directory is no directory.</summary>
    Blocked,
}
