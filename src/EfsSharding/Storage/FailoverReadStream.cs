using EfsSharding.Diagnostics;
using EfsSharding.Mounting;
using EfsSharding.Routing;

namespace EfsSharding.Storage;

/// <summary>
/// A stream over a file that goes on through another mount target when its own fails, provided that the file is still the same one:
/// a reader sees the old file or the new one, never a mix.
/// </summary>
internal sealed class FailoverReadStream : ReadOnlyStream
{
    private readonly Failover _failover;
    private readonly StoreMetrics _metrics;
    private readonly LocatedFile _file;
    private readonly FileSystemRoute _route;
    private VolumeInUse _target;
    private Stream _stream;
    private bool _disposed;

    private FailoverReadStream(Failover failover, StoreMetrics metrics, LocatedFile file, FileSystemRoute route, (VolumeInUse Target, Stream Stream) opened)
    {
        _failover = failover;
        _metrics = metrics;
        _file = file;
        _route = route;
        (_target, _stream) = opened;
        Length = _stream.Length;
    }

    public override long Length { get; }

    /// <exception cref="FileNotFoundException">There is no file of that path.</exception>
    public static async Task<Stream> OpenAsync(
        Failover failover, StoreMetrics metrics, LocatedFile file, FileSystemRoute route, CancellationToken cancellationToken) =>
        new FailoverReadStream(failover, metrics, file, route, await OpenOnceAsync(failover, file, route, cancellationToken).ConfigureAwait(false));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        for (var faults = 0; ; faults++)
        {
            try
            {
                _stream.Position = Position;
                var count = await _stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
                Position += count;
                _metrics.AddBytes("read", count);
                return count;
            }
            catch (TargetFaultException fault)
            {
                _target.ReportFault(fault);
                if (faults == _route.Targets.Length)
                {
                    // Each of them opens the file and none reads it: the fault is the file's, and would go round for ever.
                    throw Interrupted(fault);
                }

                await ReopenAsync(fault, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            _stream.Dispose();
            _target.Release();
        }

        base.Dispose(disposing);
    }

    private async Task ReopenAsync(TargetFaultException fault, CancellationToken cancellationToken)
    {
        var opened = await OpenOnceAsync(_failover, _file, _route, cancellationToken).ConfigureAwait(false);
        var known = (_stream as IFileIdentity)?.FileId ?? 0;
        if (known == 0 || opened.Target == _target || (opened.Stream as IFileIdentity)?.FileId != known)
        {
            await opened.Stream.DisposeAsync().ConfigureAwait(false);
            opened.Target.Release();
            throw Interrupted(fault);
        }

        await _stream.DisposeAsync().ConfigureAwait(false);
        _target.Release();
        (_target, _stream) = opened;
    }

    private TargetUnavailableException Interrupted(TargetFaultException fault) => new(
        _route.FileSystemId, $"Reading '{_file.Path}' failed midway, and it could not be gone on with elsewhere. Open it again.", fault);

    /// <summary>The target stays lent until the stream is closed, so that it is not unmounted under it.</summary>
    private static Task<(VolumeInUse Target, Stream Stream)> OpenOnceAsync(
        Failover failover, LocatedFile file, FileSystemRoute route, CancellationToken cancellationToken) =>
        failover.RunAsync(
            file.InUse,
            route,
            "open",
            static async (target, volume, physicalPath, token) =>
            {
                var stream = await volume.OpenReadAsync(physicalPath, token).ConfigureAwait(false);
                target.TryLend();
                return (target, stream);
            },
            file.PhysicalPath,
            onFault: null,
            cancellationToken);
}
