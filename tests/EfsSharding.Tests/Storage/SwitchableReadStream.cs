using EfsSharding.Storage;

namespace EfsSharding.Tests.Storage;

internal sealed class SwitchableReadStream(Stream inner, Action check) : ReadOnlyStream, IFileIdentity
{
    public ulong FileId => ((IFileIdentity)inner).FileId;

    public override long Length => inner.Length;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        check();
        inner.Position = Position;
        var count = await inner.ReadAsync(buffer, cancellationToken);
        Position += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        inner.Dispose();
        base.Dispose(disposing);
    }
}
