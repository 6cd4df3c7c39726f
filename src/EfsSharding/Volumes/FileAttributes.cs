namespace EfsSharding.Volumes;

/// <param name="Length">Bytes.</param>
/// <param name="LastModified">UTC.</param>
/// <param name="Version">Which file, and which state of it; null where a volume cannot tell.</param>
internal readonly record struct FileAttributes(long Length, DateTimeOffset LastModified, StoredVersion? Version = null);
