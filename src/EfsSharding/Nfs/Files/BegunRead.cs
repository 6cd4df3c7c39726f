using EfsSharding.Nfs.Session;

namespace EfsSharding.Nfs.Files;

/// <summary>A file whose first bytes have been read.</summary>
/// <param name="Client">The client that it is read over.</param>
/// <param name="File">Where the rest is, or null when the first bytes are everything.</param>
/// <param name="First">The first bytes.</param>
/// <param name="Length">The length at that moment.</param>
/// <param name="FileId">The same through every mount target.</param>
internal sealed record BegunRead(NfsClient Client, NfsOpenFile? File, byte[] First, long Length, ulong FileId);
