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
}
