namespace EfsSharding.Routing;

/// <summary>The ways into one file system for one bucket.</summary>
/// <param name="FileSystemId">The file system, <c>fs-…</c>.</param>
/// <param name="Targets">Indexes into the map's mount targets, first choice first; all of this file system, at least one.</param>
internal sealed record FileSystemRoute(string FileSystemId, int[] Targets);
