using EfsSharding.Nfs.Operations;

namespace EfsSharding.Nfs.Files.Writing;

/// <summary>Where this process saw a file end. It may have grown, or another one may have its name by now.</summary>
internal sealed record KnownEnd(FileHandle Handle, ulong FileId, long End);
