namespace EfsSharding.Volumes.Directories.Linux;

/// <summary>What has the name that a file is to get.</summary>
internal enum LinuxObstacle
{
    /// <summary>Nothing, or nothing any more: try again.</summary>
    Gone,

    File,

    /// <summary>A directory with something in it.</summary>
    Directory,

    /// <summary>A symbolic link, pipe, socket or device.</summary>
    Special,
}
