using System.Buffers;

namespace EfsSharding.Nfs.Rpc;

/// <summary>One received record in a pooled buffer. Disposing returns the buffer; nothing of the record may be used after that.</summary>
internal struct RpcRecord(byte[] buffer, int length) : IDisposable
{
    private byte[]? _buffer = buffer;

    public readonly ReadOnlySpan<byte> Span => _buffer.AsSpan(0, length);

    public readonly ReadOnlyMemory<byte> Memory => _buffer.AsMemory(0, length);

    public readonly bool IsEmpty => _buffer is null;

    public void Dispose()
    {
        var returned = _buffer;
        _buffer = null;
        if (returned is not null)
        {
            ArrayPool<byte>.Shared.Return(returned);
        }
    }
}
