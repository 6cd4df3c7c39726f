namespace EfsSharding.Scaling.Counting.Linux;

/// <summary>A directory that any thread may take.</summary>
/// <param name="Node">Where it is.</param>
/// <param name="Parent">The open directory that it is in; the holder of this owns one reference. Null for the root of the walk.</param>
internal readonly record struct WaitingDirectory(DirectoryNode Node, DirectoryHandle? Parent);
