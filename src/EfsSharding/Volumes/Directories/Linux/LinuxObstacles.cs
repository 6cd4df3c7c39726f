using static EfsSharding.Volumes.Directories.Linux.LinuxCalls;

namespace EfsSharding.Volumes.Directories.Linux;

/// <summary>Looks at what is in a file's way, as the server has it, and takes a directory away that holds no file.</summary>
internal static unsafe class LinuxObstacles
{
    /// <summary>How often a write tries again when the directory in its way gives way and comes back.</summary>
    public const int MostTries = 8;

    /// <summary>Whether a call that gives a file its name failed by something that has the name.</summary>
    public static bool IsMet(int error) => error is LinuxError.EEXIST or LinuxError.EISDIR or LinuxError.ENOTEMPTY or LinuxError.ENOTDIR
        or LinuxError.ELOOP or LinuxError.ENXIO or LinuxError.NotRegular;

    /// <param name="directory">The directory that the file is to be in.</param>
    /// <param name="name">The file's name.</param>
    /// <param name="path">Its path, for messages.</param>
    public static LinuxObstacle Clear(int directory, byte* name, string path)
    {
        LinuxSecondLook.Refresh(directory, name);
        StatxBuffer status;
        if (Statx(directory, name, AT_SYMLINK_NOFOLLOW | AT_STATX_FORCE_SYNC, StatxBuffer.UsedMask, &status) != 0)
        {
            return LinuxError.Last is LinuxError.ENOENT or LinuxError.ESTALE
                ? LinuxObstacle.Gone
                : throw LinuxError.ToException(LinuxError.Last, path, changes: true);
        }

        return status.IsRegularFile ? LinuxObstacle.File
            : !status.IsDirectory ? LinuxObstacle.Special
            : LinuxEmptyDirectories.TryRemove(directory, name, path) ? LinuxObstacle.Gone
            : LinuxObstacle.Directory;
    }

    public static Exception ToException(LinuxObstacle obstacle, string path) => obstacle switch
    {
        LinuxObstacle.File => new FileExistsException(path),
        LinuxObstacle.Special => new PathConflictException(path, $"'{path}' cannot be written: what has its name is no regular file but a link, pipe, socket or device."),
        _ => new PathConflictException(path, $"'{path}' cannot be written: it is a directory that is not empty."),
    };
}
