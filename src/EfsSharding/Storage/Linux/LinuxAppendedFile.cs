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

    [SkipLocalsInit]
    public static LinuxAppendedFile Open(int root, string path)
    {
        var buffer = stackalloc byte[LinuxPath.BufferLength];
        using var parent = LinuxParent.OpenOrCreate(root, path, buffer);
        var file = parent.Number < 0
            ? -1
            : OpenBeneath(parent.Number, parent.Name, O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK, 0x1B6);
        if (file < 0)
        {
            throw LinuxError.ToException(LinuxError.Last, path, changes: true);
        }

        StatxBuffer status;
        var error = LinuxFile.TryStat(file, 0, &status) ? 0 : LinuxError.Last;
        if (error == 0 && status.IsRegularFile)
        {
            return new LinuxAppendedFile(path, file);
        }

        _ = Close(file);
        throw error != 0
            ? LinuxError.ToException(error, path, changes: true)
            : new IOException($"'{path}' cannot be appended to: it is not a regular file.");
    }

    public void Write(ReadOnlySpan<byte> bytes) => LinuxFile.WriteAll(_file, bytes, _path);

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
