using EfsSharding.Routing;
using EfsSharding.Targets;

namespace EfsSharding.Storage.Listing;

/// <summary>
/// In which order a directory is read on several file systems. While one joins or drains, a write may bring a file to its owner at any
/// moment: one who reads where it was before, and the owner afterwards, cannot miss it.
/// </summary>
internal static class ListingOrder
{
    /// <summary>
    /// Groups of file systems whose copies of a directory are read together, one after the other. A bucket's owner is active, or is a
    /// joining one: draining ones come first and joining ones last. Which of two joining ones is the owner depends on the bucket: all but the last are read twice.
    /// </summary>
    public static IReadOnlyList<FileSystemRoute[]> Of(VolumesInUse inUse)
    {
        var routes = inUse.Map.FileSystems.ToLookup(f => f.State, f => RouteOf(inUse, f.FileSystemId));
        FileSystemRoute[] joining = [.. routes[FileSystemState.Joining]];
        FileSystemRoute[] draining = [.. routes[FileSystemState.Draining]];
        return joining.Length + draining.Length == 0
            ? [.. routes[FileSystemState.Active].Select(route => new[] { route })]
            : [[.. draining, .. routes[FileSystemState.Active], .. joining, .. joining.SkipLast(1)]];
    }

    /// <summary>Any order of targets serves for a directory, which belongs to no bucket; the map's is taken.</summary>
    private static FileSystemRoute RouteOf(VolumesInUse inUse, string fileSystemId) =>
        new(fileSystemId, [.. Enumerable.Range(0, inUse.Volumes.Length).Where(i => inUse.Volumes[i].Target.FileSystemId == fileSystemId)]);
}
