namespace EfsSharding.Volumes;

/// <summary>
/// What is to be written: all of it in memory when it is small (<see cref="IsBuffered"/>), else a stream that is read in order,
/// and again from its start after <see cref="TryRewind"/>.
/// </summary>
internal sealed class FileContent
{
    private readonly Stream? _stream;
    private readonly long _start;
    private bool _consumed;

    /// <summary>Content that is in memory.</summary>
    public FileContent(ReadOnlyMemory<byte> bytes)
    {
        Bytes = bytes;
        Length = bytes.Length;
        IsBuffered = true;
    }

    /// <summary>Content that is read from a stream: first <paramref name="head"/>, which has been read already, then the rest.</summary>
    public FileContent(ReadOnlyMemory<byte> head, Stream stream, long start)
    {
        Bytes = head;
        Length = head.Length;
        _stream = stream;
        _start = start;
    }

    /// <summary>Whether <see cref="Bytes"/> is everything.</summary>
    public bool IsBuffered { get; }

    /// <summary>Everything when buffered, else the beginning, to be written first.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Bytes seen so far: all of them once the content was read to its end.</summary>
    public long Length { get; private set; }

    /// <summary>Reads on behind <see cref="Bytes"/>; 0 at the end.</summary>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_stream is null)
        {
            return 0;
        }

        _consumed = true;
        var count = await _stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        Length += count;
        return count;
    }

    /// <summary>Makes the content readable from its start again. False when the stream has been read and cannot seek.</summary>
    public bool TryRewind()
    {
        if (!_consumed)
        {
            return true;
        }

        if (!_stream!.CanSeek)
        {
            return false;
        }

        _stream.Position = _start + Bytes.Length;
        Length = Bytes.Length;
        _consumed = false;
        return true;
    }
}
