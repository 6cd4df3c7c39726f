namespace EfsSharding;

/// <summary>Whole small files in one step, which a stream cannot express. The extensions use it where a store has it.</summary>
internal interface IWholeFileStore
{
    Task<byte[]> ReadAllBytesAsync(string path, CancellationToken cancellationToken);

    Task WriteAllBytesAsync(string path, ReadOnlyMemory<byte> bytes, FileWriteMode mode, CancellationToken cancellationToken);
}
