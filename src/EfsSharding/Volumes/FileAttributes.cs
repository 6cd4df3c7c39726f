namespace EfsSharding.Volumes;

/// <param name="Length">Bytes.</param>
/// <param name="LastModified">UTC.</param>
internal readonly record struct FileAttributes(long Length, DateTimeOffset LastModified);
