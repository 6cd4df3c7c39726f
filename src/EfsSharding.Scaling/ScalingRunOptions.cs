namespace EfsSharding.Scaling;

/// <summary>What is special about one run.</summary>
public sealed record ScalingRunOptions
{
    /// <summary>Whether the run only says what it would do.</summary>
    /// <value>Null: as <see cref="EfsScalingOptions.PlanOnly"/> says.</value>
    public bool? PlanOnly { get; init; }

    /// <summary>How long the run may take, for example what is left of a Lambda invocation. Counting gets half of it at most.</summary>
    /// <value>Null: as long as it takes.</value>
    public TimeSpan? TimeLimit { get; init; }
}
