using System.Text.Json;
using System.Text.Json.Serialization;

namespace EfsSharding.Scaling;

/// <summary>What one run of the pipeline found and did.</summary>
public sealed record ScalingReport
{
    /// <summary>When the run started, UTC.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>The file system, <c>fs-…</c>.</summary>
    public required string FileSystemId { get; init; }

    /// <summary>The files that were counted; null when counting failed.</summary>
    public long? FileCount { get; init; }

    /// <summary>Whether these are all files; if not, there are at least so many. Null when counting failed.</summary>
    public bool? FileCountComplete { get; init; }

    /// <summary>The number of files that the count was compared with: with a threshold per mount target, that of all of them together.</summary>
    public required long Threshold { get; init; }

    /// <summary>Whether there are more files; null when an incomplete count is too low to tell, or there is none.</summary>
    public bool? ThresholdExceeded { get; init; }

    /// <summary>Why a mount target was added, or not; null when the run failed before the decision.</summary>
    public ScalingReason? Decision { get; init; }

    /// <summary>The decision in words.</summary>
    public string? DecisionDetail { get; init; }

    /// <summary>Whether the run made a mount target, or found one that came while it was making it.</summary>
    public bool NewMountTargetCreated { get; init; }

    /// <summary>That mount target, <c>fsmt-…</c>.</summary>
    public string? NewMountTargetId { get; init; }

    /// <summary>How many mount targets the file system has, being made ones included; null when the run failed before it knew.</summary>
    public int? MountTargets { get; init; }

    /// <summary>The revision of the published map; null when none is published or the run failed before it knew.</summary>
    public long? MapRevision { get; init; }

    /// <summary>Whether the run published a new revision of the map.</summary>
    public bool Published { get; init; }

    /// <summary>Whether the run forced a deployment.</summary>
    public bool DeploymentTriggered { get; init; }

    /// <summary>Whether the run was only to say what it would do.</summary>
    public bool PlanOnly { get; init; }

    /// <summary>How long the run took, in seconds.</summary>
    [JsonPropertyName("elapsed_s")]
    public double ElapsedSeconds { get; init; }

    /// <summary>The steps that were begun, in order; publishing comes twice when something that serves was not published yet.</summary>
    public IReadOnlyList<ScalingStep> Steps { get; init; } = [];

    /// <summary>
    /// What failed and what to do; null when nothing did. No step after the failed one was begun, but for a count that failed: what serves
    /// is published and rolled out all the same.
    /// </summary>
    public string? Error { get; init; }

    /// <summary>The report as one line of JSON, its members in snake_case; none is left out.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ScalingReportJsonContext.Default.ScalingReport);
}
