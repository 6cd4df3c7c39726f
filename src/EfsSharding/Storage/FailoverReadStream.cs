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

    /// <summary>Guards what is open, and whether it is for this stream to close.</summary>
    private readonly Lock _gate = new();
    private OpenedThroughTarget _opened;
    private bool _closed;

    private FailoverReadStream(Failover failover, StoreMetrics metrics, LocatedFile file, FileSystemRoute route, OpenedThroughTarget opened)
    {
        _failover = failover;
        _metrics = metrics;
        _file = file;
        _route = route;
        _opened = opened;
        FileLength = opened.Stream.Length;
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
            var opened = _opened;
            try
            {
                opened.Stream.Position = Position;
                return Advance(await opened.Stream.ReadAsync(within, cancellationToken).ConfigureAwait(false));
            }
            catch (Exception failure) when (TargetFaultException.From(failure) is { } fault)
            {
                Blame(opened, fault, faults);
                await ReopenAsync(opened, fault, cancellationToken).ConfigureAwait(false);
            }
            catch (ObjectDisposedException) when (_opened != opened)
            {
                // Somebody else reads this stream too, and found the target failing first.
            }
            catch (Exception failure) when (StoreErrors.IsOfVolume(failure, _file))
            {
                throw StoreErrors.At(failure, _file)!;
            }
        }
    }

    protected override int ReadCore(Span<byte> buffer)
    {
        var within = buffer[..(int)Math.Min(buffer.Length, FileLength - Position)];
        for (var faults = 0; ; faults++)
        {
            var opened = _opened;
            try
            {
                opened.Stream.Position = Position;
                return Advance(opened.Stream.Read(within));
            }
            catch (Exception failure) when (TargetFaultException.From(failure) is { } fault)
            {
                Blame(opened, fault, faults);
                ReopenAsync(opened, fault, CancellationToken.None).GetAwaiter().GetResult();
            }
            catch (ObjectDisposedException) when (_opened != opened)
            {
            }
            catch (Exception failure) when (StoreErrors.IsOfVolume(failure, _file))
            {
                throw StoreErrors.At(failure, _file)!;
            }
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && TryClose())
        {
            _opened.Stream.Dispose();
            _opened.Target.Release();
        }

        base.Dispose(disposing);
    }

    private bool TryClose()
    {
        lock (_gate)
        {
            return !_closed && (_closed = true);
        }
    }

    private int Advance(int count)
    {
        Position += count;
        _metrics.AddBytes("read", count);
        return count;
    }

    private void Blame(OpenedThroughTarget opened, TargetFaultException fault, int faultsBefore)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        opened.Target.ReportFault(fault);
        if (faultsBefore == _route.Targets.Length)
        {
            // Each of them opens the file and none reads it: the fault is the file's, and would go round for ever.
            throw Interrupted(fault);
        }
    }

    private async Task ReopenAsync(OpenedThroughTarget failed, TargetFaultException fault, CancellationToken cancellationToken)
    {
        OpenedThroughTarget opened;
        try
        {
            opened = await OpenOnceAsync(_failover, _file, _route, cancellationToken).ConfigureAwait(false);
        }
        catch (FileNotFoundException missing)
        {
            throw Changed(missing);
        }

        var unused = opened;
        try
        {
            unused = Replace(failed, opened, fault);
        }
        finally
        {
            await unused.Stream.DisposeAsync().ConfigureAwait(false);
            unused.Target.Release();
        }

        ObjectDisposedException.ThrowIf(_closed, this);
    }

    /// <returns>What nobody needs any more: the one that failed, or the other when somebody else was faster or the stream was disposed, which disposes the one that failed.</returns>
    private OpenedThroughTarget Replace(OpenedThroughTarget failed, OpenedThroughTarget opened, TargetFaultException fault)
    {
        lock (_gate)
        {
            if (_closed || _opened != failed)
            {
                return opened;
            }

            // Under the lock: what was closed cannot be compared.
            var here = (IFileIdentity)failed.Stream;
            var there = (IFileIdentity)opened.Stream;
            if (opened.Target == failed.Target || !here.IsSameFile(there))
            {
                throw opened.Target != failed.Target && here.Version.IsKnown && there.Version.IsKnown ? Changed(fault) : Interrupted(fault);
            }

            _opened = opened;
            return failed;
        }
    }

    private TargetUnavailableException Interrupted(TargetFaultException fault) => new(
        _route.FileSystemId, $"Reading '{_file.Path}' failed midway, and it could not be gone on with elsewhere. Open it again.", fault);

    private FileChangedException Changed(Exception cause) => new(
        _file.Path,
        $"Reading '{_file.Path}' failed midway, and through another mount target the file is not there any more, or was replaced or changed meanwhile. Open it again.",
        cause);

    /// <summary>The target stays in use until the stream is closed, so that it is not unmounted under it.</summary>
    private static async Task<OpenedThroughTarget> OpenOnceAsync(
        Failover failover, LocatedFile file, FileSystemRoute route, CancellationToken cancellationToken)
    {
        var opened = await failover.RunAsync(
            file.InUse,
            route,
            "open",
            static async (target, volume, physicalPath, token) =>
            {
                var stream = await volume.OpenReadAsync(physicalPath, token).ConfigureAwait(false);
                target.TryLend();
                return new OpenedThroughTarget(target, stream);
            },
            file.PhysicalPath,
            onFault: null,
            cancellationToken).ConfigureAwait(false);
        return opened!;
    }
}
