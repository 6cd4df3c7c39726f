using EfsSharding.Scaling.Aws;

namespace EfsSharding.Scaling.Provisioning;

/// <summary>What the states of mount targets mean for scaling.</summary>
internal static class MountTargetStates
{
    public static bool IsAvailable(this MountTargetDescription target) => target.LifeCycleState == EfsLifeCycleState.Available;

    public static bool IsCreating(this MountTargetDescription target) => target.LifeCycleState == EfsLifeCycleState.Creating;

    /// <summary>Serves, or will.</summary>
    public static bool IsThereOrComing(this MountTargetDescription target) =>
        target.LifeCycleState is EfsLifeCycleState.Available or EfsLifeCycleState.Creating or EfsLifeCycleState.Updating;

    /// <summary>Keeps its Availability Zone from taking another one.</summary>
    public static bool TakesItsZone(this MountTargetDescription target) => target.LifeCycleState != EfsLifeCycleState.Deleted;

    /// <summary>One that is there now and was not before; always the same one of several.</summary>
    public static MountTargetDescription? FindNew(IReadOnlyList<MountTargetDescription> now, IReadOnlyList<MountTargetDescription> before)
    {
        var known = before.Select(target => target.MountTargetId).ToHashSet(StringComparer.Ordinal);
        return now.Where(target => target.IsThereOrComing() && !known.Contains(target.MountTargetId))
            .MinBy(target => target.MountTargetId, StringComparer.Ordinal);
    }
}
