using System.Runtime.CompilerServices;
using static EfsSharding.Storage.Linux.LinuxCalls;

namespace EfsSharding.Storage.Linux;

/// <summary>The destination itself, opened to add bytes at its end.</summary>
internal sealed unsafe class LinuxAppendedFile : IStagedFile
{
    private readonly string _path;
    private int _file;

    private LinuxAppendedFile(string path, int file)
    {
        _path = path;
        _file = file;
    }

    /// <param name="root">The volume's root.</param>
    /// <param name="path">The file.</param>
    /// <param name="isNfs">Whether a kernel's NFS client is in between, which may open a file that has no name any more.</param>
    public static LinuxAppendedFile Open(int root, string path, bool isNfs)
    {
        for (var tries = 0; ; tries++)
        {
            var error = TryOpen(root, path, isNfs, out var file, out var obstacle);
            if (error == 0)
            {
                return new LinuxAppendedFile(path, file);
            }

            var mayTryAgain = obstacle == LinuxObstacle.Gone || error is LinuxError.ENOENT or LinuxError.ESTALE or LinuxError.Unlinked;
            if (tries >= LinuxObstacles.MostTries || !(mayTryAgain || (error == LinuxError.ENOTDIR && tries == 0)))
            {
                throw obstacle is LinuxObstacle.Directory or LinuxObstacle.Special
                    ? LinuxObstacles.ToException(obstacle.Value, path)
                    : LinuxError.ToException(error, path, changes: true);
            }

            LinuxSecondLook.Refresh(root, path);
        }
    }

    /// <returns>0 with a file; else errno, and what has the name if that is why.</returns>
    [SkipLocalsInit]
    private static int TryOpen(int root, string path, bool isNfs, out int file, out LinuxObstacle? obstacle)
    {
        (file, obstacle) = (-1, null);
        var buffer = stackalloc byte[LinuxPath.BufferLength];
        using var parent = LinuxParent.OpenOrCreate(root, path, buffer);
        if (parent.Number < 0)
        {
            return LinuxError.Last;
        }

        file = OpenBeneath(parent.Number, parent.Name, O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK, 0x1B6);
        StatxBuffer status;
        var error = file < 0 || !LinuxFile.TryStat(file, 0, &status) ? LinuxError.Last
            : !status.IsRegularFile ? LinuxError.NotRegular
            : isNfs && status.Links == 0 ? LinuxError.Unlinked
            : 0;
        if (error == 0)
        {
            return 0;
        }

        if (file >= 0)
        {
            _ = Close(file);
        }

        if (LinuxObstacles.IsMet(error))
        {
            obstacle = LinuxObstacles.Clear(parent.Number, parent.Name, path);
        }

        return error;
    }

    public void Write(ReadOnlySpan<byte> bytes) => LinuxFile.WriteAll(_file, bytes, _path);

    public void Flush() => LinuxFile.Flush(_file, _path);

    public void Publish() => LinuxFile.Flush(_file, _path);

    public void Dispose()
    {
        if (_file >= 0)
        {
            _ = Close(_file);
            _file = -1;
        }
    }
}
