using System.Diagnostics.CodeAnalysis;
using EfsSharding.Volumes.Directories.Lanes;
using EfsSharding.Volumes.Directories.Linux;

namespace EfsSharding.Volumes.Directories;

/// <summary>A seekable stream over an opened file, whose reads run in the volume's lane.</summary>
internal sealed class VolumeReadStream(OpenedFile file, BlockingLane lane, string path) : ReadOnlyStream, IFileIdentity
{
    private const int StaleHandle = 116;

    /// <summary>Bytes.</summary>
    private const int LeastAhead = 32 << 10;

    private const int MostAhead = 256 << 10;

    private Memory<byte> _ahead;
    private long _aheadAt;
    private int _aheadLength = LeastAhead;

    /// <summary>
    /// Nobody disposed it. The handle would be closed by its own finalizer, which runs after this one (a SafeHandle is a critical
    /// finalizer object): on
    /// the thread of all finalizers of the process, which would stand still for as long as the server is away.
    /// </summary>
    [SuppressMessage("Design", "MA0055", Justification = "There is no other moment at which a stream that nobody disposed can be closed elsewhere.")]
    [SuppressMessage("Usage", "CA1816", Justification = "The handle is closed by the lane, and by nobody else.")]
    ~VolumeReadStream()
    {
        GC.SuppressFinalize(file.Handle);
        _ = lane.CloseAsync(file);
    }

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

    /// <summary>
    /// The caller's own thread waits, and nothing needs the pool to go on. Readers of archives and text ask for a few bytes at a time:
    /// these
    /// are copied from a larger piece, as a call in the lane for each would cost two changes of threads.
    /// </summary>
    protected override int ReadCore(Span<byte> buffer)
    {
        if (Position < _aheadAt || Position >= _aheadAt + _ahead.Length)
        {
            ReadAhead(buffer.Length);
        }

        var there = _ahead.Span[(int)(Position - _aheadAt)..];
        var count = Math.Min(there.Length, buffer.Length);
        there[..count].CopyTo(buffer);
        Position += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            // Closing asks the server, and waits for it as long as it is away.
            _ = lane.CloseAsync(file).Wait(BlockingLane.CloseGrace);
        }

        base.Dispose(disposing);
    }

    /// <summary>A piece that goes on where the last one ended is twice as long; a jump begins with a short one again.</summary>
    private void ReadAhead(int wanted)
    {
        _aheadLength = Position == _aheadAt + _ahead.Length ? Math.Min(_aheadLength * 2, MostAhead) : LeastAhead;
        var count = (int)Math.Min(Math.Min(Math.Max(wanted, _aheadLength), ChunkLength), FileLength - Position);
        _ahead = lane.Run(ReadChunk, (this, Position, count));
        _aheadAt = Position;
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
