namespace EfsSharding.Scaling.Deciding;

/// <summary>What a decision rests on.</summary>
internal sealed record ScalingFacts
{
    public required FileCount Count { get; init; }

    /// <summary>Mount targets that are there or on their way.</summary>
    public required int MountTargets { get; init; }

    /// <summary>Whether one of them is still being made.</summary>
    public bool IsOneCreating { get; init; }

    /// <summary>When the newest one was published; null when that is not known.</summary>
    public DateTimeOffset? LastAddition { get; init; }

    public required DateTimeOffset Now { get; init; }
}
