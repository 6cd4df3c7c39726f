namespace EfsSharding.Coordination;

/// <summary>One file as every store of this process sees it.</summary>
/// <param name="FileSystemId">The file system, <c>fs-…</c>.</param>
/// <param name="Path">The path from the server's root: layout and root directory applied.</param>
internal readonly record struct PathKey(string FileSystemId, string Path);
