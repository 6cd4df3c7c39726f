using System.Runtime.InteropServices;

namespace EfsSharding.Storage.Linux;

/// <summary>Tells answers about a file from failures of the target that was asked.</summary>
internal static class LinuxError
{
    public const int ENOENT = 2;
    public const int EINTR = 4;
    public const int EIO = 5;
    public const int EAGAIN = 11;
    public const int EEXIST = 17;
    public const int ENOTDIR = 20;
    public const int EISDIR = 21;
    public const int ENAMETOOLONG = 36;
    public const int ENOSYS = 38;
    public const int ELOOP = 40;
    public const int EPERM = 1;
    public const int EACCES = 13;
    private const int ENFILE = 23;
    private const int EMFILE = 24;
    private const int ENOSPC = 28;
    private const int EROFS = 30;
    private const int EDQUOT = 122;
    private const int EXDEV = 18;
    private const int ENODEV = 19;
    private const int ENXIO = 6;

    /// <summary>The errno values of a target that is away or broken: EIO, ENODEV, ENETDOWN … EHOSTUNREACH, ESTALE, EREMOTEIO. Source: errno(3).</summary>
    private static bool IsTargetFault(int errno) => errno is EIO or ENODEV or (>= 100 and <= 113) or 116 or 121;

    public static int Last => Marshal.GetLastPInvokeError();

    /// <param name="errno">What the call set.</param>
    /// <param name="path">The physical path, for the message.</param>
    /// <param name="changes">Whether the call that failed changes something.</param>
    public static Exception ToException(int errno, string path, bool changes)
    {
        var problem = Marshal.GetPInvokeErrorMessage(errno);
        return errno switch
        {
            ENOENT or ENOTDIR when !changes => new FileNotFoundException($"There is no file '{path}'.", path),
            ENOENT => new DirectoryNotFoundException($"The directory of '{path}' went away while it was being written."),
            ENOTDIR => new PathConflictException(path, $"'{path}' cannot be written: a part of its directory is a file."),
            EISDIR => new PathConflictException(path, $"'{path}' cannot be written: it is a directory."),
            ELOOP or EXDEV => new UnauthorizedAccessException($"'{path}' was refused: a symbolic link is in the way, and links are not followed."),
            ENXIO => new FileNotFoundException($"'{path}' is not a regular file.", path),
            EROFS => new UnauthorizedAccessException($"'{path}': {problem}. Mount it for writing, and let the file-system policy allow it."),
            ENOSPC or EDQUOT => new StorageFullException(path, $"'{path}': {problem}. The file is as it was; delete others, or raise the quota of the user."),
            EMFILE or ENFILE => new StoreBusyException($"'{path}': {problem}. Close files that were opened for reading, or raise the limit (ulimit -n)."),
            EPERM or EACCES => new UnauthorizedAccessException($"'{path}': {problem}. Check the owner and mode of the directory, and the access point's user."),
            _ when IsTargetFault(errno) => new TargetFaultException($"'{path}': {problem}", changes),
            _ => new IOException($"'{path}': {problem}", errno),
        };
    }
}
