using System.Buffers;
using EfsSharding.Nfs.Diagnostics;
using EfsSharding.Nfs.Files.Reading;
using EfsSharding.Nfs.Operations;
using EfsSharding.Volumes;
using Microsoft.Extensions.Logging;

namespace EfsSharding.Nfs.Files.Writing;

/// <summary>
/// Writes of a large file: several under way, each kept in memory until it is safe. When the verifier says that the server may
/// have lost some, those are written again.
/// </summary>
internal sealed class UncommittedWrites(NfsOpenFile file, string path, int chunkBytes, int writeBehind, int maxUncommittedBytes, ILogger logger) : IDisposable
{
    private readonly Queue<(long Offset, byte[] Buffer, int Count, Task<WriteResult> Write)> _underWay = [];
    private readonly List<(long Offset, byte[] Buffer, int Count, ulong Verifier)> _unsafe = [];
    private long _unsafeBytes;

    /// <summary>How far the file may reach because of what was sent.</summary>
    public long End { get; private set; }

    /// <summary>A buffer to fill and give to <see cref="WriteAsync"/>.</summary>
    public byte[] Rent() => ArrayPool<byte>.Shared.Rent(chunkBytes);

    public int ChunkBytes => chunkBytes;

    /// <summary>Sends a buffer, which belongs to this from now on, after waiting for room.</summary>
    public async Task WriteAsync(long offset, byte[] buffer, int count, CancellationToken cancellationToken)
    {
        while (_underWay.Count >= writeBehind)
        {
            await CompleteOneAsync().ConfigureAwait(false);
        }

        End = Math.Max(End, offset + count);
        _underWay.Enqueue((offset, buffer, count, file.WriteAsync(offset, buffer.AsMemory(0, count), WriteStability.Unstable, cancellationToken)));
        if (_unsafeBytes + ((long)_underWay.Count * chunkBytes) >= maxUncommittedBytes && _unsafeBytes > 0)
        {
            await CommitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Waits for all writes and makes them safe.</summary>
    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        while (_underWay.Count > 0)
        {
            await CompleteOneAsync().ConfigureAwait(false);
        }

        if (_unsafe.Count == 0)
        {
            return;
        }

        var verifier = await file.CommitAsync(cancellationToken).ConfigureAwait(false);
        var lost = _unsafe.Where(w => w.Verifier != verifier).ToArray();
        if (lost.Length > 0)
        {
            NfsLog.WrittenAgain(logger, path, lost.Sum(w => (long)w.Count));
        }

        foreach (var (offset, buffer, count, _) in lost)
        {
            var again = await file.WriteAsync(offset, buffer.AsMemory(0, count), WriteStability.FileSync, cancellationToken).ConfigureAwait(false);
            if (again.Committed != WriteStability.FileSync)
            {
                throw new Volumes.TargetFaultException($"'{path}': the server does not make bytes safe when it is asked to.", mayTakeEffect: false);
            }
        }

        ReturnUnsafe();
    }

    /// <summary>Waits, after a failure, for what is under way, which ends by itself.</summary>
    /// <returns>Completes when none of it can have a further effect.</returns>
    public async Task<Task> DrainAsync()
    {
        List<Task>? settled = null;
        foreach (var (_, _, _, write) in _underWay)
        {
            try
            {
                await write.ConfigureAwait(false);
            }
            catch (Volumes.TargetFaultException fault)
            {
                (settled ??= []).Add(fault.Settled);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or OperationCanceledException)
            {
                // An answer: it has come to its end.
            }
        }

        return settled is null ? Task.CompletedTask : Task.WhenAll(settled);
    }

    public void Dispose()
    {
        while (_underWay.TryDequeue(out var write))
        {
            var buffer = write.Buffer;
            _ = write.Write.ContinueWith(
                done =>
                {
                    _ = done.Exception;
                    ArrayPool<byte>.Shared.Return(buffer);
                },
                TaskScheduler.Default);
        }

        ReturnUnsafe();
    }

    private async Task CompleteOneAsync()
    {
        var (offset, buffer, count, write) = _underWay.Peek();
        var result = await write.ConfigureAwait(false);
        _underWay.Dequeue();
        if (result.Committed == WriteStability.FileSync)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            return;
        }

        _unsafe.Add((offset, buffer, count, result.Verifier));
        _unsafeBytes += count;
    }

    private void ReturnUnsafe()
    {
        foreach (var write in _unsafe)
        {
            ArrayPool<byte>.Shared.Return(write.Buffer);
        }

        _unsafe.Clear();
        _unsafeBytes = 0;
    }
}
