namespace EfsSharding.Storage;

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
}
