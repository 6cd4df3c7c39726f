namespace EfsSharding.Nfs.Operations;

/// <summary>What the server calls an object; opaque, at most 128 bytes.</summary>
internal readonly struct FileHandle(byte[] bytes) : IEquatable<FileHandle>
{
    public const int MaxBytes = 128;
    private readonly byte[]? _bytes = bytes;

    public ReadOnlySpan<byte> Span => _bytes;

    public ReadOnlyMemory<byte> Memory => _bytes;

    public bool IsEmpty => _bytes is null;

    public bool Equals(FileHandle other) => Span.SequenceEqual(other.Span);

    public override bool Equals(object? obj) => obj is FileHandle other && Equals(other);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Span);
        return hash.ToHashCode();
    }
}
