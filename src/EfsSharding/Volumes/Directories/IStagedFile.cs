namespace EfsSharding.Volumes.Directories;

/// <summary>
/// One attempt at a write, with blocking calls: bytes are written where no reader looks, then published in one step. Disposing an
/// attempt that did not publish removes what it left.
/// </summary>
internal interface IStagedFile : IDisposable
{
    /// <summary>Adds all of the bytes at the end.</summary>
    void Write(ReadOnlySpan<byte> bytes);

    /// <summary>Brings the bytes to the server, so that less is left to do for <see cref="Publish"/>.</summary>
    void Flush();

    /// <summary>Brings the bytes to the server, then the content into place as the mode says.</summary>
    /// <exception cref="FileExistsException">The mode is <see cref="FileWriteMode.CreateNew"/> and the file exists.</exception>
    void Publish();

    /// <summary>Takes the bytes of an append that failed out of the file, when nobody else has added to it meanwhile.</summary>
    /// <returns>Bytes that are in the file still; 0 for what was not an append.</returns>
    long TakeBack() => 0;

    /// <summary>Shows that the file is still being written.</summary>
    void Touch()
    {
        // What readers see already is nobody's to sweep.
    }
}
