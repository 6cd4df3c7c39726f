using EfsSharding.Volumes;

namespace EfsSharding.Tests.Storage;

internal sealed class SwitchableReadStream(Stream inner, Action check) : ReadOnlyStream, IFileIdentity
{
    public FileVersion Version => ((IFileIdentity)inner).Version;

    public ReadOnlyMemory<byte> Handle => ((IFileIdentity)inner).Handle;

    protected override long FileLength => inner.Length;

    protected override async ValueTask<int> ReadCoreAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        check();
        inner.Position = Position;
        var count = await inner.ReadAsync(buffer, cancellationToken);
        Position += count;
        return count;
    }

    protected override int ReadCore(Span<byte> buffer)
    {
        check();
        inner.Position = Position;
        var count = inner.Read(buffer);
        Position += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        inner.Dispose();
        base.Dispose(disposing);
    }
}
