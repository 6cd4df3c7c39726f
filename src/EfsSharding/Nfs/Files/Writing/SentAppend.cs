using EfsSharding.Nfs.Operations;

namespace EfsSharding.Nfs.Files.Writing;

/// <summary>What an append may have added before its session was lost.</summary>
/// <param name="Handle">The file.</param>
/// <param name="FileId">Its id.</param>
/// <param name="Start">Where the append began.</param>
/// <param name="End">How far it may reach.</param>
/// <param name="IsWhole">All of it was sent as one WRITE: it is there or not.</param>
internal sealed record SentAppend(FileHandle Handle, ulong FileId, long Start, long End, bool IsWhole);
