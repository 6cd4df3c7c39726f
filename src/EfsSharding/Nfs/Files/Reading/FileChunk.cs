using System.Buffers;
using EfsSharding.Nfs.Rpc;

namespace EfsSharding.Nfs.Files.Reading;

/// <summary>A part of a file, where it arrived or where it was put together. Disposing gives the memory back.</summary>
internal sealed class FileChunk : IDisposable
{
    private readonly byte[]? _buffer;
    private RpcRecord _reply;
    private int _disposed;

    public FileChunk(RpcRecord reply, int start, int count)
    {
        _reply = reply;
        Bytes = reply.Memory.Slice(start, count);
    }

    /// <param name="buffer">From the shared pool.</param>
    /// <param name="count">How many bytes of it.</param>
    public FileChunk(byte[] buffer, int count)
    {
        _buffer = buffer;
        Bytes = buffer.AsMemory(0, count);
    }

    public ReadOnlyMemory<byte> Bytes { get; private set; }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        Bytes = default;
        _reply.Dispose();
        if (_buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }
    }
}
