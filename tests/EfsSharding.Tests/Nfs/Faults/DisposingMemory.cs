using System.Buffers;

namespace EfsSharding.Tests.Nfs.Faults;

/// <summary>Memory that calls back when it is about to be written to: what happens between the arrival of bytes and their being copied.</summary>
internal sealed class DisposingMemory(byte[] bytes, Action onAccess) : MemoryManager<byte>
{
    private Action? _onAccess = onAccess;

    /// <summary>The base asks for the span to learn the length.</summary>
    public override Memory<byte> Memory => CreateMemory(bytes.Length);

    public override Span<byte> GetSpan()
    {
        Interlocked.Exchange(ref _onAccess, null)?.Invoke();
        return bytes;
    }

    public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }
}
