using EfsSharding.Diagnostics;
using EfsSharding.Routing;
using EfsSharding.Targets;
using EfsSharding.Volumes;

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

    private FailoverReadStream(Failover failover, StoreMetrics metrics, LocatedFile file, FileSystemRoute route, (VolumeInUse Target, Stream Stream) opened)
    {
        _failover = failover;
        _metrics = metrics;
        _file = file;
        _route = route;
        (_target, _stream) = opened;
        FileLength = _stream.Length;
    }

    protected override long FileLength { get; }

    /// <exception cref="FileNotFoundException">There is no file of that path.</exception>
    public static async Task<Stream> OpenAsync(
        Failover failover, StoreMetrics metrics, LocatedFile file, FileSystemRoute route, CancellationToken cancellationToken) =>
        new FailoverReadStream(failover, metrics, file, route, await OpenOnceAsync(failover, file, route, cancellationToken).ConfigureAwait(false));

    protected override async ValueTask<int> ReadCoreAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        // A file that has grown and was opened again elsewhere is longer than this stream says.
        var within = buffer[..(int)Math.Min(buffer.Length, FileLength - Position)];
        for (var faults = 0; ; faults++)
        {
            try
            {
                _stream.Position = Position;
                return Advance(await _stream.ReadAsync(within, cancellationToken).ConfigureAwait(false));
            }
            catch (FileChangedException changed)
            {
                throw changed.At(_file.Path);
            }
            catch (TargetFaultException fault)
            {
                Blame(fault, faults);
                await ReopenAsync(fault, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    protected override int ReadCore(Span<byte> buffer)
    {
        var within = buffer[..(int)Math.Min(buffer.Length, FileLength - Position)];
        for (var faults = 0; ; faults++)
        {
            try
            {
                _stream.Position = Position;
                return Advance(_stream.Read(within));
            }
            catch (FileChangedException changed)
            {
                throw changed.At(_file.Path);
            }
            catch (TargetFaultException fault)
            {
                Blame(fault, faults);
                ReopenAsync(fault, CancellationToken.None).GetAwaiter().GetResult();
            }
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !IsDisposed)
        {
            _stream.Dispose();
            _target.Release();
        }

        base.Dispose(disposing);
    }

    private int Advance(int count)
    {
        Position += count;
        _metrics.AddBytes("read", count);
        return count;
    }

    private void Blame(TargetFaultException fault, int faultsBefore)
    {
        _target.ReportFault(fault);
        if (faultsBefore == _route.Targets.Length)
        {
            // Each of them opens the file and none reads it: the fault is the file's, and would go round for ever.
            throw Interrupted(fault);
        }
    }

    private async Task ReopenAsync(TargetFaultException fault, CancellationToken cancellationToken)
    {
        (VolumeInUse Target, Stream Stream) opened;
        try
        {
            opened = await OpenOnceAsync(_failover, _file, _route, cancellationToken).ConfigureAwait(false);
        }
        catch (FileNotFoundException missing)
        {
            throw Changed(missing);
        }

        var here = (IFileIdentity)_stream;
        var there = (IFileIdentity)opened.Stream;
        if (opened.Target == _target || !here.IsSameFile(there))
        {
            await opened.Stream.DisposeAsync().ConfigureAwait(false);
            opened.Target.Release();
            throw opened.Target != _target && here.Version.IsKnown && there.Version.IsKnown ? Changed(fault) : Interrupted(fault);
        }

        await _stream.DisposeAsync().ConfigureAwait(false);
        _target.Release();
        (_target, _stream) = opened;
    }

    private TargetUnavailableException Interrupted(TargetFaultException fault) => new(
        _route.FileSystemId, $"Reading '{_file.Path}' failed midway, and it could not be gone on with elsewhere. Open it again.", fault);

    private FileChangedException Changed(Exception cause) => new(
        _file.Path,
        $"Reading '{_file.Path}' failed midway, and through another mount target the file is not there any more, or was replaced or changed meanwhile. Open it again.",
        cause);

    /// <summary>The target stays in use until the stream is closed, so that it is not unmounted under it.</summary>
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
