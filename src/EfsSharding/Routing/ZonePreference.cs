namespace EfsSharding.Routing;

/// <summary>Puts the mount targets of one zone ahead of the others, and keeps the order otherwise.</summary>
/// <param name="map">The map whose mount targets are ordered.</param>
/// <param name="zone">The zone, by name or id; null when there is no preference.</param>
internal sealed class ZonePreference(ShardMap map, string? zone)
{
    private readonly bool _isMet = map.MountTargets.Any(target => IsIn(target, zone));

    /// <param name="ranked">Indexes of mount targets, in the order of the hash.</param>
    /// <returns>The same indexes; a target of weight 0 is never ahead of one that has weight. As they were when no target is in the zone.</returns>
    public int[] Apply(int[] ranked) =>
        _isMet ? [.. ranked.OrderBy(i => map.MountTargets[i].Weight == 0).ThenBy(i => !IsIn(map.MountTargets[i], zone))] : ranked;

    private static bool IsIn(MountTarget target, string? zone) =>
        zone is not null && (string.Equals(target.AvailabilityZone, zone, StringComparison.OrdinalIgnoreCase)
            || string.Equals(target.AvailabilityZoneId, zone, StringComparison.OrdinalIgnoreCase));
}
