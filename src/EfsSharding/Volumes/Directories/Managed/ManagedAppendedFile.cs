using Microsoft.Win32.SafeHandles;

namespace EfsSharding.Volumes.Directories.Managed;

/// <summary>The destination itself, opened to add bytes at its end. It is never made here.</summary>
internal sealed class ManagedAppendedFile : IStagedFile
{
    private readonly string _path;
    private readonly WriteAttempt _attempt;
    private readonly SafeFileHandle _file;
    private readonly ManagedPathLock _lock;
    private readonly long _begun;
    private long _offset;

    private ManagedAppendedFile(string path, SafeFileHandle file, WriteAttempt attempt, ManagedPathLock pathLock)
    {
        _lock = pathLock;
        _path = path;
        _file = file;
        _attempt = attempt;
        _begun = _offset = RandomAccess.GetLength(file);
    }

    /// <exception cref="FileNotFoundException">There is no file.</exception>
    public static ManagedAppendedFile Open(string path, string destination, ManagedKind kind, WriteAttempt attempt, ManagedPathLock taken)
    {
        try
        {
            return Open(path, destination, kind, attempt, taken, FileMode.Open);
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    private static ManagedAppendedFile Open(string path, string destination, ManagedKind kind, WriteAttempt attempt, ManagedPathLock taken, FileMode mode)
    {
        if (kind == ManagedKind.Special)
        {
            throw new PathConflictException(path, $"'{path}' cannot be written: what has its name is no regular file but a link, pipe, socket or device.");
        }

        if (kind != ManagedKind.File)
        {
            // Whether a directory is in the way is found out when the file is made.
            throw new FileNotFoundException($"There is no file '{path}'.", path);
        }

        try
        {
            return new ManagedAppendedFile(path, File.OpenHandle(destination, mode, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete), attempt, taken);
        }
        catch (Exception e) when (e is DirectoryNotFoundException or FileNotFoundException)
        {
            throw new FileNotFoundException($"There is no file '{path}'.", path, e);
        }
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        _attempt.Begin(_path);
        RandomAccess.Write(_file, bytes, _offset);
        _offset += bytes.Length;
    }

    public void Flush() => RandomAccess.FlushToDisk(_file);

    public void Publish()
    {
        RandomAccess.FlushToDisk(_file);
        _attempt.MarkPublished();
    }

    public long TakeBack()
    {
        var length = RandomAccess.GetLength(_file);
        if (length == _offset && length > _begun)
        {
            RandomAccess.SetLength(_file, _begun);
            _offset = _begun;
        }

        return _offset - _begun;
    }

    public void Dispose()
    {
        _file.Dispose();
        _lock.Dispose();
    }
}
