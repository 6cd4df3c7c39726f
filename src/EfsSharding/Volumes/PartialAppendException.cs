namespace EfsSharding.Volumes;

/// <summary>An append failed midway, and what it had added could not be taken back. Never leaves the store.</summary>
internal sealed class PartialAppendException(long left, Exception cause) : IOException(cause.Message, cause)
{
    /// <summary>Bytes of the append that are at the end of the file.</summary>
    public long Left => left;
}
