using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EfsSharding.Volumes.Directories.Managed;

/// <summary>A temporary file beside its destination.</summary>
internal sealed partial class ManagedStagedFile : IStagedFile
{
    private readonly string _path;
    private readonly string _destination;
    private readonly string _temporary;
    private readonly FileWriteMode _mode;
    private readonly WriteAttempt _attempt;
    private readonly SafeFileHandle _file;
    private long _offset;

    public ManagedStagedFile(string path, string destination, FileWriteMode mode, WriteAttempt attempt)
    {
        _path = path;
        _destination = destination;
        _mode = mode;
        _attempt = attempt;
        _temporary = Path.Join(Path.GetDirectoryName(destination), _attempt.TemporaryName);
        _file = File.OpenHandle(_temporary, FileMode.CreateNew, FileAccess.Write, FileShare.Read | FileShare.Delete);
    }

    /// <summary>What must be so when it is published; disposed with the file.</summary>
    public ManagedCondition? Condition { get; init; }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        RandomAccess.Write(_file, bytes, _offset);
        _offset += bytes.Length;
    }

    public void Flush() => RandomAccess.FlushToDisk(_file);

    public void Touch() => File.SetLastWriteTimeUtc(_file, DateTime.UtcNow);

    public void Publish()
    {
        RandomAccess.FlushToDisk(_file);
        _file.Dispose();
        Condition?.ThrowIfOther();
        _attempt.SetStaged(default);
        _attempt.Begin(_path);

        for (var tries = 0; ; tries++)
        {
            if (TryPublish(mayFail: tries < ManagedObstacles.MostTries))
            {
                break;
            }

            ManagedObstacles.Clear(_path, _destination, _mode);
            _attempt.ThrowIfAbandoned(_path);
        }

        _attempt.MarkPublished();
    }

    public void Dispose()
    {
        _file.Dispose();
        if (File.Exists(_temporary))
        {
            _attempt.BeginWithdrawal();
            File.Delete(_temporary);
            _attempt.EndWithdrawal(wasThere: true);
        }

        Condition?.Dispose();
    }

    /// <summary>File.Move looks and then renames on Unix, so that two racing writers could both win; link(2) cannot.</summary>
    /// <returns>False when something has the name.</returns>
    private bool TryPublish(bool mayFail)
    {
        const int FileExists = 17;
        if (_mode == FileWriteMode.CreateNew && !OperatingSystem.IsWindows())
        {
            if (Link(_temporary, _destination) == 0)
            {
                return true;
            }

            var error = Marshal.GetLastPInvokeError();
            return error == FileExists
                ? mayFail ? false : throw new FileExistsException(_path)
                : throw new IOException($"'{_path}': {Marshal.GetPInvokeErrorMessage(error)}", error);
        }

        try
        {
            File.Move(_temporary, _destination, overwrite: _mode == FileWriteMode.Replace);
            return true;
        }
        catch (Exception e) when (mayFail && e is IOException or UnauthorizedAccessException && ManagedPath.KindOf(_destination) != ManagedKind.Nothing)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string from, string to);
}
