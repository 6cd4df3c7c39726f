using System.Diagnostics;
using EfsSharding.Scaling.Diagnostics;

namespace EfsSharding.Scaling.Pipeline;

/// <summary>The report of a run while it is being made.</summary>
internal sealed class RunRecord(ScalingReport start, TimeProvider timeProvider)
{
    private readonly long _started = timeProvider.GetTimestamp();
    private readonly List<ScalingStep> _steps = [];

    /// <summary>The step under way, or the one that a failure is of.</summary>
    public string CurrentStep { get; set; } = "start";

    public ScalingReport Report { get; set; } = start;

    public ScalingReport Finished() => Report with
    {
        Steps = _steps,
        ElapsedSeconds = timeProvider.GetElapsedTime(_started).TotalSeconds,
    };

    /// <summary>Runs a step, which answers with its outcome and detail.</summary>
    public async Task StepAsync(string name, Func<Task<(string Outcome, string Detail)>> step)
    {
        CurrentStep = name;
        var started = timeProvider.GetTimestamp();
        using var activity = ScalingTelemetry.Source.StartActivity("efs_sharding.scaling." + name);
        try
        {
            var (outcome, detail) = await step().ConfigureAwait(false);
            Add(outcome, detail);
        }
        catch (Exception e)
        {
            activity?.SetStatus(ActivityStatusCode.Error, e.Message);
            Add(StepOutcome.Failed, e.Message);
            throw;
        }

        void Add(string outcome, string detail) => _steps.Add(new ScalingStep
        {
            Step = name,
            Outcome = outcome,
            Detail = detail,
            ElapsedSeconds = timeProvider.GetElapsedTime(started).TotalSeconds,
        });
    }
}
