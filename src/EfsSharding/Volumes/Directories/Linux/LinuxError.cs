using System.Runtime.InteropServices;

namespace EfsSharding.Volumes.Directories.Linux;

/// <summary>Tells answers about a file from failures of the target that was asked.</summary>
internal static class LinuxError
{
    public const int ENOENT = 2;
    public const int EINTR = 4;
    public const int EIO = 5;
    public const int EAGAIN = 11;
    public const int EEXIST = 17;
    public const int EINVAL = 22;
    public const int ENOLCK = 37;
    public const int EOPNOTSUPP = 95;
    public const int ENOTDIR = 20;
    public const int EISDIR = 21;
    public const int ENXIO = 6;
    public const int ENAMETOOLONG = 36;
    public const int ENOTEMPTY = 39;
    public const int ESTALE = 116;
    public const int ENOSYS = 38;
    public const int ELOOP = 40;
    public const int EPERM = 1;
    public const int EACCES = 13;
    private const int ENFILE = 23;
    private const int EMFILE = 24;
    public const int ENOSPC = 28;
    private const int EROFS = 30;
    public const int EDQUOT = 122;
    public const int EXDEV = 18;
    private const int ENODEV = 19;

    /// <summary>No errno: what was opened is no regular file.</summary>
    public const int NotRegular = -1;

    /// <summary>No errno: what was opened has no name any more.</summary>
    public const int Unlinked = -2;

    /// <summary>
    /// The errno values of a target that is away or broken: EIO, ENODEV, ENETDOWN … EHOSTUNREACH, ESTALE, EREMOTEIO. Source: errno(3).
    /// </summary>
    private static bool IsTargetFault(int errno) => errno is EIO or ENODEV or (>= 100 and <= 113) or ESTALE or 121;

    public static int Last => Marshal.GetLastPInvokeError();

    /// <param name="errno">What the call set.</param>
    /// <param name="path">The physical path, for the message.</param>
    /// <param name="changes">Whether the call that failed changes something.</param>
    public static Exception ToException(int errno, string path, bool changes)
    {
        var problem = errno > 0 ? Marshal.GetPInvokeErrorMessage(errno) : "";
        return errno switch
        {
            ENOENT or ENOTDIR or Unlinked or ENAMETOOLONG when !changes => new FileNotFoundException($"There is no file '{path}'.", path),
            NotRegular or ENXIO or ELOOP or EXDEV when !changes => new FileNotFoundException(
                $"'{path}' is not a regular file, or a symbolic link is in the way; links are not followed.", path),
            ENOENT => new DirectoryNotFoundException($"The directory of '{path}' went away while it was being written."),
            ENOTDIR or ELOOP or EXDEV => new PathConflictException(
                path, $"'{path}' cannot be written: a part of its directory is a file, or a symbolic link, which is not followed."),
            EISDIR => new PathConflictException(path, $"'{path}' cannot be written: it is a directory."),
            NotRegular or ENXIO => new PathConflictException(path, $"'{path}' cannot be written: it is not a regular file."),
            ENAMETOOLONG => new PathTooLongException($"'{path}' cannot be written: the file system takes no path, or no name, that long."),
            EROFS => new UnauthorizedAccessException($"'{path}': {problem}. Mount it for writing, and let the file-system policy allow it."),
            ENOSPC or EDQUOT => new StorageFullException(path, $"'{path}': {problem}. Delete files, or raise the quota of the user."),
            EMFILE or ENFILE => new StoreBusyException($"'{path}': {problem}. Close files that were opened for reading, or raise the limit (ulimit -n)."),
            EPERM or EACCES => new UnauthorizedAccessException($"'{path}': {problem}. Check the owner and mode of the directory, and the access point's user."),
            _ when IsTargetFault(errno) => new TargetFaultException($"'{path}': {problem}", changes) { HResult = errno },
            _ => new IOException($"'{path}': {problem}", errno),
        };
    }
}
