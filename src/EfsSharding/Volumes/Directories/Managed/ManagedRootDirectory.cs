using EfsSharding.Volumes.Directories.Lanes;
using Microsoft.Win32.SafeHandles;

namespace EfsSharding.Volumes.Directories.Managed;

/// <summary>
/// The same beneath a path, with what every platform has: for development on macOS and Windows. Links are looked for before each
/// call, which leaves a gap between look and use that Linux does not have.
/// </summary>
internal sealed class ManagedRootDirectory : IRootDirectory
{
    private readonly string _rootPath;

    public ManagedRootDirectory(string rootPath)
    {
        _rootPath = Path.GetFullPath(rootPath);
        if (!Directory.Exists(_rootPath))
        {
            throw new DirectoryNotFoundException($"There is no directory '{rootPath}'.");
        }
    }

    public SafeFileHandle? Handle => null;

    public byte[] ReadAllBytes(string path)
    {
        using var file = OpenRead(path);
        var bytes = new byte[file.Length];
        var read = 0;
        while (read < bytes.Length)
        {
            var count = RandomAccess.Read(file.Handle, bytes.AsSpan(read, Math.Min(bytes.Length - read, 1 << 20)), read);
            if (count == 0)
            {
                return bytes[..read];
            }

            read += count;
            LaneOperation.ReportProgress();
        }

        return bytes;
    }

    public OpenedFile OpenRead(string path)
    {
        var physical = ManagedPath.Resolve(_rootPath, path, out var kind);
        if (kind != ManagedKind.File)
        {
            throw new FileNotFoundException(kind == ManagedKind.Special ? $"'{path}' is not a regular file." : $"There is no file '{path}'.", path);
        }

        try
        {
            var handle = File.OpenHandle(physical, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return new OpenedFile(handle, new FileVersion(FileId: 0, Change: 0, RandomAccess.GetLength(handle)));
        }
        catch (Exception e) when (e is DirectoryNotFoundException || (e is UnauthorizedAccessException && Directory.Exists(physical)))
        {
            throw new FileNotFoundException($"There is no file '{path}'.", path, e);
        }
    }

    public IStagedFile Stage(string path, PendingWrite write, WriteAttempt attempt)
    {
        ManagedPath.ThrowIfImpossible(path);
        for (var tries = 0; ; tries++)
        {
            attempt.ThrowIfAbandoned(path);
            var physical = ManagedPath.Resolve(_rootPath, path, out var kind);
            if (kind == ManagedKind.Blocked)
            {
                throw new PathConflictException(path, $"'{path}' cannot be written: a part of its directory is a file, or a symbolic link, which is not followed.");
            }

            if (write.Mode == FileWriteMode.Append)
            {
                return ManagedAppendedFile.Open(path, physical, kind, attempt, ManagedPathLock.Take(_rootPath, write.Lock ?? LockPlace.Of(path), path));
            }

            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(physical)!);
                return StageNew(path, physical, write, attempt);
            }
            catch (IOException e) when (tries < ManagedObstacles.MostTries && e is FileNotFoundException or DirectoryNotFoundException)
            {
                // It was empty and was removed meanwhile.
            }
        }
    }

    public FileAttributes? GetAttributes(string path)
    {
        var physical = ManagedPath.Resolve(_rootPath, path, out var kind);
        var file = new FileInfo(physical);
        return kind == ManagedKind.File && file.Exists ? new FileAttributes(file.Length, LastModified(file), StoredVersionOf(file)) : null;
    }

    public bool Delete(string path, DeleteAttempt attempt)
    {
        attempt.ThrowIfAbandoned(path);
        var physical = ManagedPath.Resolve(_rootPath, path, out var kind);
        if (kind != ManagedKind.File)
        {
            return attempt.Expected is null ? false : throw new VersionMismatchException(path, null);
        }

        using var condition = Conditional(path, physical, attempt.Expected, attempt.Lock);
        condition?.ThrowIfOther();

        // It gets a name of the attempt's own first: a directory of that name fences an attempt that hangs.
        var own = Beside(physical, attempt);
        attempt.Begin(path);
        try
        {
            File.Move(physical, own);
        }
        catch (FileNotFoundException)
        {
            return false;
        }

        attempt.MarkDone();
        File.Delete(own);
        return true;
    }

    public bool RemoveEmptyDirectory(string directory)
    {
        var physical = ManagedPath.Resolve(_rootPath, directory, out var kind);
        if (kind != ManagedKind.Directory || new DirectoryInfo(physical).EnumerateFileSystemInfos().Any())
        {
            return kind == ManagedKind.Nothing;
        }

        Directory.Delete(physical, recursive: false);
        return true;
    }

    public FenceResult Fence(string path, ChangeAttempt attempt)
    {
        var own = Beside(ManagedPath.Resolve(_rootPath, path, out _), attempt);
        var wasThere = File.Exists(own);
        if (attempt is WriteAttempt write)
        {
            File.Delete(own);
            return write.IsDone ? FenceResult.TookEffect
                : !write.HasBegun || write.IsWithdrawn || (wasThere && !write.Links) ? FenceResult.NoEffect
                : write.Links || write.MayBeWithdrawn ? FenceResult.Unknown
                : FenceResult.TookEffect;
        }

        if (wasThere)
        {
            File.Delete(own);
            return FenceResult.TookEffect;
        }

        Directory.CreateDirectory(own);
        return attempt.IsDone ? FenceResult.TookEffect : FenceResult.NoEffect;
    }

    public void Unfence(string path, ChangeAttempt attempt)
    {
        var own = Beside(ManagedPath.Resolve(_rootPath, path, out _), attempt);
        if (attempt is DeleteAttempt && Directory.Exists(own))
        {
            Directory.Delete(own);
        }
    }

    public IEnumerable<IReadOnlyList<DirectoryEntry>> List(string directory, TemporarySightings sightings)
    {
        var kind = ManagedKind.Directory;
        var physical = new DirectoryInfo(directory.Length == 0 ? _rootPath : ManagedPath.Resolve(_rootPath, directory, out kind));
        if (kind != ManagedKind.Directory || !physical.Exists)
        {
            throw new DirectoryNotFoundException($"There is no directory '{directory}'.");
        }

        var names = new ManagedNames();
        foreach (var chunk in physical.EnumerateFileSystemInfos().Chunk(1024))
        {
            var entries = new List<DirectoryEntry>(chunk.Length);
            foreach (var entry in chunk)
            {
                if (names.Find(entry) is not { } found)
                {
                    entries.Add(new DirectoryEntry(names.StandIn(entry.Name), DirectoryEntryKind.NotUtf8));
                }
                else if (!HiddenName.Is(found.Name))
                {
                    entries.Add(new DirectoryEntry(found.Name, KindOf(found)));
                }
                else if (TemporaryName.Is(entry.Name) && sightings.IsAbandoned($"{directory}/{entry.Name}", VersionOf(entry)))
                {
                    TrySweep(entry);
                }
            }

            yield return entries;
        }
    }

    public void Probe()
    {
        if (!Directory.Exists(_rootPath))
        {
            throw new TargetFaultException($"The directory '{_rootPath}' is gone.", mayTakeEffect: false);
        }
    }

    public void Dispose()
    {
        // Nothing is held between calls.
    }

    /// <summary>What there is on every platform: when it was made and last changed, and its size.</summary>
    public static StoredVersion StoredVersionOf(FileInfo file) =>
        new(new FileVersion((ulong)file.CreationTimeUtc.Ticks, (ulong)file.LastWriteTimeUtc.Ticks, file.Length), default);

    /// <summary>The lock first: what is refused has made nothing.</summary>
    private ManagedStagedFile StageNew(string path, string physical, PendingWrite write, WriteAttempt attempt)
    {
        var condition = Conditional(path, physical, write.Expected, write.Lock);
        try
        {
            condition?.ThrowIfOther();
            return new ManagedStagedFile(path, physical, write.Mode, attempt) { Condition = condition };
        }
        catch
        {
            condition?.Dispose();
            throw;
        }
    }

    private ManagedCondition? Conditional(string path, string physical, StoredVersion? expected, LockPlace? place) =>
        expected is { } version ? new ManagedCondition(path, physical, version, ManagedPathLock.Take(_rootPath, place ?? LockPlace.Of(path), path)) : null;

    private static DateTimeOffset LastModified(FileSystemInfo file)
    {
        try
        {
            return new DateTimeOffset(file.LastWriteTimeUtc);
        }
        catch (ArgumentOutOfRangeException)
        {
            // The runtime cannot say it, and does not say which way.
            return DateTimeOffset.MaxValue;
        }
    }

    private static string Beside(string physical, ChangeAttempt attempt) => Path.Join(Path.GetDirectoryName(physical), attempt.TemporaryName);

    /// <summary>There is no id here: the name is one that nobody uses twice.</summary>
    private static FileVersion VersionOf(FileSystemInfo entry) =>
        new(1, (ulong)LastModified(entry).UtcTicks, entry is FileInfo { Exists: true } file ? file.Length : 0);

    private static void TrySweep(FileSystemInfo file)
    {
        try
        {
            file.Delete();
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // It is in use, or another user's: the listing goes on, and a later one tries again.
        }
    }

    private static DirectoryEntryKind KindOf(FileSystemInfo entry)
    {
        if (entry.Attributes.HasFlag(System.IO.FileAttributes.ReparsePoint) || entry.Attributes.HasFlag(System.IO.FileAttributes.Device))
        {
            return DirectoryEntryKind.Other;
        }

        return entry is DirectoryInfo ? DirectoryEntryKind.Directory
            : UnixNode.IsSpecial(entry.FullName) ? DirectoryEntryKind.Other
            : DirectoryEntryKind.File;
    }
}
