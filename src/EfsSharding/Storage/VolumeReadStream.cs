using EfsSharding.Storage.Linux;

namespace EfsSharding.Storage;

/// <summary>A seekable stream over an opened file, whose reads run in the volume's lane.</summary>
internal sealed class VolumeReadStream(OpenedFile file, BlockingLane lane, string path) : ReadOnlyStream, IFileIdentity
{
    private const int StaleHandle = 116;

    public FileVersion Version => file.Version;

    public ReadOnlyMemory<byte> Handle => LinuxCalls.AreKnownHere ? LinuxFileHandle.Of(file.Handle) : default;

    protected override long FileLength => file.Length;

    protected override async ValueTask<int> ReadCoreAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        // A read that hangs may write into its buffer after the caller has taken the memory back, so it never gets the caller's.
        var count = (int)Math.Min(Math.Min(buffer.Length, ChunkLength), FileLength - Position);
        var chunk = await lane.RunAsync(ReadChunk, (this, Position, count), changes: false, cancellationToken).ConfigureAwait(false);
        chunk.CopyTo(buffer);
        Position += chunk.Length;
        return chunk.Length;
    }

    protected override int ReadCore(Span<byte> buffer)
    {
        var count = (int)Math.Min(Math.Min(buffer.Length, ChunkLength), FileLength - Position);
        var chunk = lane.RunAsync(ReadChunk, (this, Position, count), changes: false, CancellationToken.None).GetAwaiter().GetResult();
        chunk.Span.CopyTo(buffer);
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

    private static Memory<byte> ReadChunk((VolumeReadStream Stream, long Offset, int Count) s) => s.Stream.ReadChunk(s.Offset, s.Count);

    private Memory<byte> ReadChunk(long offset, int count)
    {
        var chunk = GC.AllocateUninitializedArray<byte>(count);
        try
        {
            return chunk.AsMemory(0, RandomAccess.Read(file.Handle, chunk, offset));
        }
        catch (IOException gone) when (gone.HResult == StaleHandle && LinuxCalls.AreKnownHere)
        {
            throw new FileChangedException(path, $"'{path}' was replaced or deleted while it was being read, and the server does not keep what was open. Open it again.", gone);
        }
        catch (IOException e)
        {
            throw new TargetFaultException(e.Message, mayTakeEffect: false, e);
        }
    }
}
