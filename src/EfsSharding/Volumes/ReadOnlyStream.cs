namespace EfsSharding.Volumes;

/// <summary>
/// What every seekable stream for reading has in common: all of <see cref="Stream"/>'s manners. The length is that of the moment of opening.
/// A kind of stream says what is at the position, and how to get it with and without waiting in the caller's thread.
/// </summary>
internal abstract class ReadOnlyStream : Stream
{
    /// <summary>Bytes read at once at the most.</summary>
    protected const int ChunkLength = 1 << 20;

    private long _position;

    public override bool CanRead => !IsDisposed;

    public override bool CanSeek => !IsDisposed;

    public override bool CanWrite => false;

    public sealed override long Length
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsDisposed, this);
            return FileLength;
        }
    }

    public override long Position
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsDisposed, this);
            return _position;
        }

        set
        {
            ObjectDisposedException.ThrowIf(IsDisposed, this);
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
        }
    }

    /// <summary>Bytes.</summary>
    protected abstract long FileLength { get; }

    /// <summary>Whether it was disposed. An override of <see cref="Stream.Dispose(bool)"/> looks at it before it calls its base.</summary>
    protected bool IsDisposed { get; private set; }

    public override long Seek(long offset, SeekOrigin origin)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        var position = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => unchecked(_position + offset),
            SeekOrigin.End => unchecked(FileLength + offset),
            _ => throw new ArgumentException("It is none of the origins that there are.", nameof(origin)),
        };
        return _position = position >= 0 ? position : throw new IOException("The position is before the beginning of the file, or beyond what a file can hold.");
    }

    public sealed override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<int>(cancellationToken);
        }

        ObjectDisposedException.ThrowIf(IsDisposed, this);
        return buffer.IsEmpty || _position >= FileLength ? new ValueTask<int>(0) : ReadCoreAsync(buffer, cancellationToken);
    }

    public sealed override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    public sealed override int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        return buffer.IsEmpty || _position >= FileLength ? 0 : ReadCore(buffer);
    }

    public sealed override int Read(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        return Read(buffer.AsSpan(offset, count));
    }

    public sealed override int ReadByte()
    {
        byte value = 0;
        return Read(new Span<byte>(ref value)) == 0 ? -1 : value;
    }

    public sealed override IAsyncResult BeginRead(byte[] buffer, int offset, int count, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(ReadAsync(buffer, offset, count, CancellationToken.None), callback, state);

    public sealed override int EndRead(IAsyncResult asyncResult) => TaskToAsyncResult.End<int>(asyncResult);

    /// <summary>Nothing is ever written, so that there is nothing to do.</summary>
    public override void Flush() => ObjectDisposedException.ThrowIf(IsDisposed, this);

    public override Task FlushAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled(cancellationToken);
        }

        Flush();
        return Task.CompletedTask;
    }

    public override void SetLength(long value) => throw Refusal();

    public override void Write(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        throw Refusal();
    }

    public override void Write(ReadOnlySpan<byte> buffer) => throw Refusal();

    public override void WriteByte(byte value) => throw Refusal();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return Task.FromException(Refusal());
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromException(Refusal());

    public override IAsyncResult BeginWrite(byte[] buffer, int offset, int count, AsyncCallback? callback, object? state)
    {
        ValidateBufferArguments(buffer, offset, count);
        throw Refusal();
    }

    /// <summary>Reads at the position, which is before the end, into at least one byte, and moves the position on.</summary>
    /// <returns>At least 1, unless the file has become shorter.</returns>
    protected abstract ValueTask<int> ReadCoreAsync(Memory<byte> buffer, CancellationToken cancellationToken);

    /// <summary>As <see cref="ReadCoreAsync"/>, in the caller's own thread: it must not need the thread pool to go on.</summary>
    protected abstract int ReadCore(Span<byte> buffer);

    protected override void Dispose(bool disposing)
    {
        IsDisposed |= disposing;
        base.Dispose(disposing);
    }

    private Exception Refusal() => IsDisposed ? new ObjectDisposedException(GetType().FullName) : new NotSupportedException("The stream is for reading.");
}
