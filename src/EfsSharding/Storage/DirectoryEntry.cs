namespace EfsSharding.Storage;

/// <param name="Name">One segment.</param>
/// <param name="Kind">What the name stands for, without following a symbolic link.</param>
internal readonly record struct DirectoryEntry(string Name, DirectoryEntryKind Kind);
