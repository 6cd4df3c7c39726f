namespace EfsSharding.Storage;

/// <summary>A seekable stream over an opened file, whose reads run in the volume's lane.</summary>
internal sealed class VolumeReadStream(OpenedFile file, BlockingLane lane) : ReadOnlyStream, IFileIdentity
{
    public ulong FileId => file.FileId;

    public override long Length => file.Length;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty || Position >= Length)
        {
            return 0;
        }

        // A read that hangs may write into its buffer after the caller has taken the memory back, so it never gets the caller's.
        var count = (int)Math.Min(Math.Min(buffer.Length, ChunkLength), Length - Position);
        var chunk = await lane.RunAsync(ReadChunk, (file, Position, count), changes: false, cancellationToken).ConfigureAwait(false);
        chunk.CopyTo(buffer);
        Position += chunk.Length;
        return chunk.Length;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            file.Dispose();
        }

        base.Dispose(disposing);
    }

    private static Memory<byte> ReadChunk((OpenedFile File, long Offset, int Count) s)
    {
        var chunk = GC.AllocateUninitializedArray<byte>(s.Count);
        try
        {
            return chunk.AsMemory(0, RandomAccess.Read(s.File.Handle, chunk, s.Offset));
        }
        catch (IOException e)
        {
            throw new TargetFaultException(e.Message, mayTakeEffect: false, e);
        }
    }
}
