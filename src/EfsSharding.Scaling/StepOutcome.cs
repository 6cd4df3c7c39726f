namespace EfsSharding.Scaling;

/// <summary>The values of <see cref="ScalingStep.Outcome"/>.</summary>
internal static class StepOutcome
{
    public const string Done = "done";
    public const string NothingToDo = "nothing_to_do";
    public const string Planned = "planned";
    public const string Failed = "failed";
}
