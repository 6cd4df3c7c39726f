using System.Runtime.CompilerServices;
using static EfsSharding.Volumes.Directories.Linux.LinuxCalls;

namespace EfsSharding.Volumes.Directories.Linux;

/// <summary>
/// A path's lock as an open-file-description lock (fcntl(2)), which the kernel's NFS client takes at the server. It ends with the
/// descriptor. A client
/// that was frozen for longer than the server's lease may have lost it without knowing: so it is asked for once more when much time has
/// passed.
/// </summary>
internal sealed unsafe class LinuxPathLock : IDisposable
{
    private const int F_OFD_SETLK = 37;
    private const short F_WRLCK = 1;

    /// <summary>A third of EFS's lease.</summary>
    private static readonly TimeSpan SureFor = TimeSpan.FromSeconds(30);

    private readonly string _path;
    private readonly LockPlace _place;
    private int _file;
    private (long Monotonic, DateTime Wall) _since;

    private LinuxPathLock(string path, LockPlace place, int file)
    {
        _path = path;
        _place = place;
        _file = file;
    }

    /// <param name="root">The volume's root.</param>
    /// <param name="place">What is locked.</param>
    /// <param name="path">The file that it stands for, for errors.</param>
    /// <exception cref="PathLockedException">Another client holds it.</exception>
    public static LinuxPathLock Take(int root, LockPlace place, string path)
    {
        var taken = new LinuxPathLock(path, place, Open(root, place, path));
        try
        {
            taken.Lock();
            return taken;
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    /// <summary>Makes sure that the server did not give it to somebody else, by the clock that ran further.</summary>
    /// <exception cref="PathLockedException">It did.</exception>
    public void Confirm()
    {
        if (TimeSpan.FromMilliseconds(Environment.TickCount64 - _since.Monotonic) > SureFor || DateTime.UtcNow - _since.Wall > SureFor)
        {
            Lock();
        }
    }

    public void Dispose()
    {
        if (_file >= 0)
        {
            _ = Close(_file);
            _file = -1;
        }
    }

    private void Lock()
    {
        // struct flock of 64-bit machines: type, whence, start, length, process.
        var wanted = stackalloc long[4];
        *(short*)wanted = F_WRLCK;
        wanted[1] = (long)_place.Offset;
        wanted[2] = 1;
        _since = (Environment.TickCount64, DateTime.UtcNow);
        if (Fcntl(_file, F_OFD_SETLK, wanted) != 0)
        {
            throw LinuxError.Last switch
            {
                LinuxError.EINTR or LinuxError.EAGAIN or LinuxError.EACCES => new PathLockedException(_path),
                LinuxError.EINVAL or LinuxError.ENOLCK or LinuxError.EOPNOTSUPP => new IOException(
                    $"'{_path}' cannot be locked: this kernel or file system has no locks of open files (errno {LinuxError.Last}). Use Linux 3.15 or later, and mount NFS without 'nolock'."),
                var error => LinuxError.ToException(error, _path, changes: false),
            };
        }
    }

    [SkipLocalsInit]
    private static int Open(int root, LockPlace place, string path)
    {
        var name = stackalloc byte[LinuxPath.BufferLength];
        LinuxPath.Encode(place.Path, name);
        var file = OpenBeneath(root, name, O_RDWR);
        if (file < 0 && LinuxError.Last == LinuxError.ENOENT)
        {
            MakeDirectory(root);
            file = OpenBeneath(root, name, O_RDWR | O_CREAT, (int)LockPlace.FileMode);
            if (file >= 0)
            {
                // What the process's umask took away. Another user's file has its mode already.
                _ = Fchmod(file, (int)LockPlace.FileMode);
            }
        }

        return file >= 0 ? file
            : LinuxError.Last is LinuxError.EACCES or LinuxError.EPERM ? throw new UnauthorizedAccessException(
                $"'{path}' cannot be locked, as its lock file in '{LockPlace.Directory}', at the root of the file system, cannot be opened or made. "
                + "Nothing was changed. Let this user make that directory, or make it with mode 0777.")
            : throw LinuxError.ToException(LinuxError.Last, path, changes: false);
    }

    [SkipLocalsInit]
    private static void MakeDirectory(int root)
    {
        var name = stackalloc byte[LinuxPath.BufferLength];
        LinuxPath.Encode(LockPlace.Directory, name);
        if (Mkdirat(root, name, (int)LockPlace.DirectoryMode) == 0 && OpenBeneath(root, name, O_RDONLY | O_DIRECTORY) is var made and >= 0)
        {
            _ = Fchmod(made, (int)LockPlace.DirectoryMode);
            _ = Close(made);
        }
    }
}
