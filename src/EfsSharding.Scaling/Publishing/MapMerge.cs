using EfsSharding.Scaling.Aws;
using EfsSharding.Scaling.Provisioning;

namespace EfsSharding.Scaling.Publishing;

/// <summary>Puts the mount targets of one file system into a map and leaves everything else as it is published.</summary>
internal static class MapMerge
{
    /// <param name="published">What is published; null when nothing is.</param>
    /// <param name="fileSystemId">The file system.</param>
    /// <param name="targets">All of its mount targets, in any state.</param>
    /// <returns>A map of the published revision.</returns>
    /// <exception cref="ScalingException">No mount target of the file system is available.</exception>
    public static ShardMap Merge(ShardMap? published, string fileSystemId, IReadOnlyList<MountTargetDescription> targets)
    {
        var old = published?.MountTargets.ToDictionary(target => target.MountTargetId, StringComparer.Ordinal) ?? [];

        var ours = targets
            .Where(target => IsServing(target) && (target.IsAvailable() || old.ContainsKey(target.MountTargetId)))
            .DistinctBy(target => target.MountTargetId, StringComparer.Ordinal)
            .Select(target => ToMountTarget(target, old.GetValueOrDefault(target.MountTargetId)?.Weight))
            .ToList();
        if (ours.Count == 0)
        {
            throw new ScalingException(
                $"No mount target of {fileSystemId} is available, so that there is nothing to publish. Make the first one, or set VpcId and let it be made above the threshold.");
        }

        var others = published?.MountTargets.Where(target => !IsOurs(target.FileSystemId, fileSystemId)) ?? [];
        return new ShardMap
        {
            Revision = published?.Revision ?? 0,
            Layout = published?.Layout ?? FileLayout.Plain,
            MountTargets = [.. others.Concat(ours).OrderBy(target => target.MountTargetId, StringComparer.Ordinal)],
            FileSystems = FileSystems(published, fileSystemId),
        };
    }

    /// <summary>One that is published goes on serving while a setting of it changes.</summary>
    public static bool IsServing(MountTargetDescription target) => target.IsAvailable() || target.LifeCycleState == EfsLifeCycleState.Updating;

    /// <summary>The first generation published one file system per parameter, without its id.</summary>
    private static bool IsOurs(string published, string fileSystemId) =>
        published == fileSystemId || published == ShardMapCodec.UnnamedFileSystemId;

    private static List<FileSystem> FileSystems(ShardMap? published, string fileSystemId)
    {
        var entries = (published?.FileSystems ?? []).ToList();
        var present = entries.Find(entry => entry.FileSystemId == fileSystemId) ?? entries.Find(entry => IsOurs(entry.FileSystemId, fileSystemId));
        if (present is null)
        {
            // Beside others it is new: the files of the buckets that it gains are still on them.
            entries.Add(new FileSystem
            {
                FileSystemId = fileSystemId,
                State = entries.Count == 0 ? FileSystemState.Active : FileSystemState.Joining,
            });
            return entries;
        }

        entries[entries.IndexOf(present)] = present with { FileSystemId = fileSystemId };
        entries.RemoveAll(entry => entry.FileSystemId == ShardMapCodec.UnnamedFileSystemId);
        return entries;
    }

    private static MountTarget ToMountTarget(MountTargetDescription target, int? weight) => new()
    {
        MountTargetId = target.MountTargetId,
        FileSystemId = target.FileSystemId,
        IpAddress = NoneIfEmpty(target.IpAddress),
        Ipv6Address = NoneIfEmpty(target.Ipv6Address),
        AvailabilityZone = target.AvailabilityZoneName,
        AvailabilityZoneId = target.AvailabilityZoneId,
        SubnetId = target.SubnetId,
        Weight = weight ?? 1,
    };

    private static string? NoneIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
