namespace EfsSharding.Volumes;

/// <summary>A whole file that was sent to be written and published at once.</summary>
/// <param name="Timestamp">When it was sent first, in the clock's timestamps.</param>
/// <param name="Content">Its bytes; null once they are the caller's again.</param>
internal sealed record SentContent(long Timestamp, ReadOnlyMemory<byte>? Content);
