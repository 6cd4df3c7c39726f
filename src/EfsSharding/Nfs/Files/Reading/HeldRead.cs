using EfsSharding.Nfs.Operations;

namespace EfsSharding.Nfs.Files.Reading;

/// <summary>A file that was opened to be read.</summary>
/// <param name="File">The file, open until it is released.</param>
/// <param name="Attributes">The file at that moment.</param>
/// <param name="Chunk">What was read in the same round trip, if anything was; it has to be disposed.</param>
internal sealed record HeldRead(NfsOpenFile File, NfsAttributes Attributes, FileChunk? Chunk);
