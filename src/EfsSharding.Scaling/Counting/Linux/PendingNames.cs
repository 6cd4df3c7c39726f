using System.Diagnostics.CodeAnalysis;

namespace EfsSharding.Scaling.Counting.Linux;

/// <summary>Names of subdirectories that were read and not yet entered: at most those of one buffer of getdents64.</summary>
internal sealed class PendingNames
{
    private byte[] _bytes = [];
    private int _start;
    private int _end;

    public bool IsEmpty => _start == _end;

    public void Add(ReadOnlySpan<byte> name)
    {
        var needed = _end + name.Length + 1;
        if (needed > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(needed, Math.Max(256, _bytes.Length * 2)));
        }

        name.CopyTo(_bytes.AsSpan(_end));
        _bytes[needed - 1] = 0;
        _end = needed;
    }

    /// <summary>Takes the oldest name, with its NUL.</summary>
    public bool TryTake([NotNullWhen(true)] out byte[]? name)
    {
        if (IsEmpty)
        {
            name = null;
            return false;
        }

        var length = _bytes.AsSpan(_start, _end - _start).IndexOf((byte)0) + 1;
        name = _bytes.AsSpan(_start, length).ToArray();
        _start += length;
        if (IsEmpty)
        {
            _start = _end = 0;
        }

        return true;
    }
}
