namespace EfsSharding.Volumes;

/// <param name="Name">One segment; what <see cref="NotUtf8Name"/> makes of it when the kind is <see cref="DirectoryEntryKind.NotUtf8"/>. No two entries of a directory have the same.</param>
/// <param name="Kind">What the name stands for, without following a symbolic link.</param>
internal readonly record struct DirectoryEntry(string Name, DirectoryEntryKind Kind);
