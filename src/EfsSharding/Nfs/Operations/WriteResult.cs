namespace EfsSharding.Nfs.Operations;

/// <param name="Count">Bytes that were written, from the start of those that were sent.</param>
/// <param name="Committed">How safe they are.</param>
/// <param name="Verifier">Changes when the server may have lost unstable bytes.</param>
internal readonly record struct WriteResult(int Count, WriteStability Committed, ulong Verifier);
