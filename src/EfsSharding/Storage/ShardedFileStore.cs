using EfsSharding.Diagnostics;
using EfsSharding.Storage.Listing;
using EfsSharding.Targets;
using EfsSharding.Volumes;

namespace EfsSharding.Storage;

/// <summary>The store: routes a path, then reads, looks up, deletes or lists. Writing is in <see cref="StoreWriter"/>.</summary>
internal sealed class ShardedFileStore : IShardedFileStore, IWholeFileStore, IAsyncDisposable, IDisposable
{
    private readonly StoreTargets _targets;
    private readonly StoreMetrics _metrics;
    private readonly Failover _failover;
    private readonly StoreWriter _writer;
    private readonly TimeSpan _disposeTimeout;
    private readonly ListingLog _listingLog;

    public ShardedFileStore(StoreTargets targets, StoreMetrics metrics, EfsShardingOptions options, TimeProvider timeProvider, ListingLog listingLog)
    {
        _targets = targets;
        _disposeTimeout = options.OperationTimeout;
        _metrics = metrics;
        _listingLog = listingLog;
        _failover = new Failover(metrics);
        _writer = new StoreWriter(_failover, metrics, options, timeProvider);
    }

    public StoreTargets Targets => _targets;

    public FileLocation Locate(string path)
    {
        var inUse = _targets.InUse
            ?? throw new InvalidOperationException("The store has not started: start the host, or await any operation on the store first.");
        var file = LocatedFile.Find(inUse, path);
        var target = inUse.Volumes[file.Route.Owner.Targets[0]];
        return new FileLocation
        {
            Path = path,
            Bucket = file.Bucket,
            FileSystemId = file.Route.Owner.FileSystemId,
            MountTargetId = target.Target.MountTargetId,
            PhysicalPath = target.RootPath is { } root ? Path.Join(root, file.PhysicalPath) : null,
        };
    }

    public Task<byte[]> ReadAllBytesAsync(string path, CancellationToken cancellationToken) => StoreTrace.IsOn
        ? StoreTrace.RunAsync("read", _metrics.StoreName, static s => s.Store.ReadCoreAsync(s.path, s.cancellationToken), (Store: this, path, cancellationToken))
        : ReadCoreAsync(path, cancellationToken);

    private async Task<byte[]> ReadCoreAsync(string path, CancellationToken cancellationToken)
    {
        var file = LocatedFile.Find(await _targets.GetAsync(cancellationToken).ConfigureAwait(false), path);
        for (var i = 0; ; i++)
        {
            try
            {
                var bytes = await _failover.RunAsync(
                    file.InUse,
                    file.Route.Holders[i % file.Route.Holders.Length],
                    "read",
                    static (_, volume, physicalPath, token) => volume.ReadAllBytesAsync(physicalPath, token),
                    file.PhysicalPath,
                    onFault: null,
                    cancellationToken).ConfigureAwait(false);
                _metrics.AddBytes("read", bytes!.Length);
                return bytes;
            }
            catch (FileNotFoundException e) when (IsLast(file, i))
            {
                throw Missing(path, e);
            }
            catch (FileNotFoundException)
            {
                // It may be where the bucket was before.
            }
            catch (Exception e) when (StoreErrors.IsOfVolume(e, file))
            {
                throw StoreErrors.At(e, file)!;
            }
        }
    }

    public Task<Stream> OpenReadAsync(string path, CancellationToken cancellationToken = default) => StoreTrace.IsOn
        ? StoreTrace.RunAsync("open", _metrics.StoreName, static s => s.Store.OpenCoreAsync(s.path, s.cancellationToken), (Store: this, path, cancellationToken))
        : OpenCoreAsync(path, cancellationToken);

    private async Task<Stream> OpenCoreAsync(string path, CancellationToken cancellationToken)
    {
        var file = LocatedFile.Find(await _targets.GetAsync(cancellationToken).ConfigureAwait(false), path);
        for (var i = 0; ; i++)
        {
            try
            {
                var route = file.Route.Holders[i % file.Route.Holders.Length];
                return await FailoverReadStream.OpenAsync(_failover, _metrics, file, route, cancellationToken).ConfigureAwait(false);
            }
            catch (FileNotFoundException e) when (IsLast(file, i))
            {
                throw Missing(path, e);
            }
            catch (FileNotFoundException)
            {
                // It may be where the bucket was before.
            }
            catch (Exception e) when (StoreErrors.IsOfVolume(e, file))
            {
                throw StoreErrors.At(e, file)!;
            }
        }
    }

    public async Task WriteAsync(
        string path, Stream content, FileWriteMode mode = FileWriteMode.Replace, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        StorePath.Validate(path);
        Validate(mode);
        await WriteAsync(path, await FileContentReader.ReadAsync(content, cancellationToken).ConfigureAwait(false), mode, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Appended bytes are copied: an append that hangs may read them after the caller has them back, and cannot be fenced.</summary>
    public Task WriteAllBytesAsync(string path, ReadOnlyMemory<byte> bytes, FileWriteMode mode, CancellationToken cancellationToken)
    {
        Validate(mode);
        return WriteAsync(path, new FileContent(mode == FileWriteMode.Append ? bytes.ToArray() : bytes), mode, cancellationToken);
    }

    public Task<StoredFileInfo?> GetInfoAsync(string path, CancellationToken cancellationToken = default) => StoreTrace.IsOn
        ? StoreTrace.RunAsync("info", _metrics.StoreName, static s => s.Store.GetInfoCoreAsync(s.path, s.cancellationToken), (Store: this, path, cancellationToken))
        : GetInfoCoreAsync(path, cancellationToken);

    private async Task<StoredFileInfo?> GetInfoCoreAsync(string path, CancellationToken cancellationToken)
    {
        var file = LocatedFile.Find(await _targets.GetAsync(cancellationToken).ConfigureAwait(false), path);
        try
        {
            for (var i = 0; ; i++)
            {
                var route = file.Route.Holders[i % file.Route.Holders.Length];
                var found = await _failover.RunAsync(
                    file.InUse,
                    route,
                    "info",
                    static (_, volume, physicalPath, token) => volume.GetAttributesAsync(physicalPath, token),
                    file.PhysicalPath,
                    onFault: null,
                    cancellationToken).ConfigureAwait(false);
                if (found is { } attributes)
                {
                    return new StoredFileInfo { Path = path, Length = attributes.Length, LastModified = attributes.LastModified, Version = attributes.Version?.ToString() };
                }

                if (IsLast(file, i))
                {
                    return null;
                }
            }
        }
        catch (Exception e) when (StoreErrors.IsOfVolume(e, file))
        {
            throw StoreErrors.At(e, file)!;
        }
    }

    public async Task ReplaceIfUnchangedAsync(string path, Stream content, string version, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        StorePath.Validate(path);
        var expected = StoredVersion.Parse(version);
        await TracedAsync(
            "write",
            static (store, file, s, token) => store._writer.ReplaceAsync(file, s.content, s.expected, token),
            path,
            (content: await FileContentReader.ReadAsync(content, cancellationToken).ConfigureAwait(false), expected),
            cancellationToken).ConfigureAwait(false);
    }

    public Task DeleteIfUnchangedAsync(string path, string version, CancellationToken cancellationToken = default)
    {
        StorePath.Validate(path);
        return TracedAsync("delete", static (store, file, expected, token) => store._writer.DeleteAsync(file, expected, token), path, StoredVersion.Parse(version), cancellationToken);
    }

    private Task<bool> TracedAsync<TState>(
        string operation, Func<ShardedFileStore, LocatedFile, TState, CancellationToken, Task> call, string path, TState state, CancellationToken cancellationToken)
    {
        return StoreTrace.IsOn ? StoreTrace.RunAsync(operation, _metrics.StoreName, static s => s.run(s.self, s.call, s.path, s.state, s.cancellationToken), (run: (Func<ShardedFileStore, Func<ShardedFileStore, LocatedFile, TState, CancellationToken, Task>, string, TState, CancellationToken, Task<bool>>)RunAsync, self: this, call, path, state, cancellationToken))
            : RunAsync(this, call, path, state, cancellationToken);

        static async Task<bool> RunAsync(
            ShardedFileStore self, Func<ShardedFileStore, LocatedFile, TState, CancellationToken, Task> call, string path, TState state, CancellationToken cancellationToken)
        {
            await call(self, LocatedFile.Find(await self._targets.GetAsync(cancellationToken).ConfigureAwait(false), path), state, cancellationToken).ConfigureAwait(false);
            return true;
        }
    }

    public Task<bool> DeleteAsync(string path, CancellationToken cancellationToken = default) => StoreTrace.IsOn
        ? StoreTrace.RunAsync("delete", _metrics.StoreName, static s => s.Store.DeleteCoreAsync(s.path, s.cancellationToken), (Store: this, path, cancellationToken))
        : DeleteCoreAsync(path, cancellationToken);

    private async Task<bool> DeleteCoreAsync(string path, CancellationToken cancellationToken)
    {
        var file = LocatedFile.Find(await _targets.GetAsync(cancellationToken).ConfigureAwait(false), path);
        try
        {
            return await _writer.DeleteAsync(file, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (StoreErrors.IsOfVolume(e, file))
        {
            throw StoreErrors.At(e, file)!;
        }
    }

    public IAsyncEnumerable<string> EnumerateAsync(string directory = "", CancellationToken cancellationToken = default)
    {
        StorePath.ValidateDirectory(directory);
        return new StoreListing(_targets, _failover, _metrics, _listingLog, directory).ReadAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _targets.DisposeAsync().ConfigureAwait(false);
        _metrics.Dispose();
    }

    /// <summary>For containers that are disposed of synchronously. What has not ended within the time of an operation is left to the end of the process.</summary>
    public void Dispose() => Task.Run(() => DisposeAsync().AsTask()).Wait(_disposeTimeout);

    private Task WriteAsync(string path, FileContent content, FileWriteMode mode, CancellationToken cancellationToken) => StoreTrace.IsOn
        ? StoreTrace.RunAsync(
            "write",
            _metrics.StoreName,
            static async s =>
            {
                await s.Store.WriteCoreAsync(s.path, s.content, s.mode, s.cancellationToken).ConfigureAwait(false);
                return true;
            },
            (Store: this, path, content, mode, cancellationToken))
        : WriteCoreAsync(path, content, mode, cancellationToken);

    private async Task WriteCoreAsync(string path, FileContent content, FileWriteMode mode, CancellationToken cancellationToken)
    {
        var file = LocatedFile.Find(await _targets.GetAsync(cancellationToken).ConfigureAwait(false), path);
        try
        {
            await _writer.WriteAsync(file, content, mode, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (StoreErrors.IsOfVolume(e, file))
        {
            throw StoreErrors.At(e, file)!;
        }
    }

    private static void Validate(FileWriteMode mode)
    {
        if (mode is not (FileWriteMode.Replace or FileWriteMode.CreateNew or FileWriteMode.Append))
        {
            throw new ArgumentOutOfRangeException(nameof(mode), mode, "It is none of the modes of FileWriteMode.");
        }
    }

    /// <summary>With several holders the first is asked once more at the end: a writer may have moved the file there meanwhile.</summary>
    private static bool IsLast(LocatedFile file, int i) => file.Route.Holders.Length == 1 || i == file.Route.Holders.Length;

    private static FileNotFoundException Missing(string path, FileNotFoundException cause) =>
        cause.FileName == path ? cause : new FileNotFoundException($"There is no file '{path}'.", path, cause);
}
