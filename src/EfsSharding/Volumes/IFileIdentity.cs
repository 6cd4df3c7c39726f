namespace EfsSharding.Volumes;

/// <summary>A stream that knows which file it reads, so that another target can go on with the same one.</summary>
internal interface IFileIdentity
{
    /// <summary>The file as it was opened.</summary>
    FileVersion Version { get; }

    /// <summary>What the file is called for as long as it exists, and no other file after it; empty when unknown.</summary>
    ReadOnlyMemory<byte> Handle { get; }

    /// <summary>
    /// Whether two opens are of one file. Equal handles say so, also when the file has grown; different ones may be those of two mount
    /// targets, and then nothing at all may have changed.
    /// </summary>
    bool IsSameFile(IFileIdentity other)
    {
        var handle = Handle.Span;
        return (!handle.IsEmpty && handle.SequenceEqual(other.Handle.Span)) || Version.IsSame(other.Version);
    }
}
