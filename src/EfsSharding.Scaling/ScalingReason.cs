using System.Text.Json.Serialization;

namespace EfsSharding.Scaling;

/// <summary>Why a mount target is added, or not.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ScalingReason>))]
public enum ScalingReason
{
    /// <summary>There are more files than the threshold: a mount target is added.</summary>
    [JsonStringEnumMemberName("threshold_exceeded")]
    ThresholdExceeded,

    /// <summary>There are no more files than the threshold.</summary>
    [JsonStringEnumMemberName("within_threshold")]
    WithinThreshold,

    /// <summary>Counting ended early, below the threshold, so that nobody knows.</summary>
    [JsonStringEnumMemberName("count_incomplete")]
    CountIncomplete,

    /// <summary>There are as many mount targets as <see cref="EfsScalingOptions.MaxMountTargets"/> allows.</summary>
    [JsonStringEnumMemberName("maximum_reached")]
    MaximumReached,

    /// <summary>A mount target is on its way already.</summary>
    [JsonStringEnumMemberName("addition_in_progress")]
    AdditionInProgress,

    /// <summary>The last addition is more recent than <see cref="EfsScalingOptions.CoolDown"/>.</summary>
    [JsonStringEnumMemberName("cooling_down")]
    CoolingDown,

    /// <summary>Every Availability Zone that has a subnet and takes a mount target has one.</summary>
    [JsonStringEnumMemberName("zones_used_up")]
    ZonesUsedUp,

    /// <summary>A One Zone file system has its only mount target.</summary>
    [JsonStringEnumMemberName("one_zone")]
    OneZone,
}
