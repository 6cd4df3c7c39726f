using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace EfsSharding.Scaling.Diagnostics;

/// <summary>The meter and the activity source named <c>EfsSharding.Scaling</c>.</summary>
internal sealed class ScalingTelemetry
{
    public const string Name = "EfsSharding.Scaling";

    public static readonly ActivitySource Source = new(Name);

    private readonly Counter<long> _runs;
    private readonly Histogram<double> _duration;
    private readonly Gauge<long> _files;
    private readonly Gauge<int> _mountTargets;
    private readonly Gauge<long> _revision;
    private readonly Counter<long> _created;
    private readonly Counter<long> _deployments;

    public ScalingTelemetry(IMeterFactory meters)
    {
        var meter = meters.Create(Name);
        _runs = meter.CreateCounter<long>("efs_sharding.scaling.runs", "{run}", "Runs of the pipeline, by outcome.");
        _duration = meter.CreateHistogram<double>("efs_sharding.scaling.run.duration", "s", "How long runs take.");
        _files = meter.CreateGauge<long>("efs_sharding.scaling.files", "{file}", "The files counted last; at least so many when the count was not complete.");
        _mountTargets = meter.CreateGauge<int>("efs_sharding.scaling.mount_targets", "{mount_target}", "The mount targets of the file system.");
        _revision = meter.CreateGauge<long>("efs_sharding.scaling.map_revision", "{revision}", "The revision of the published shard map.");
        _created = meter.CreateCounter<long>("efs_sharding.scaling.mount_targets.created", "{mount_target}", "Mount targets that were added.");
        _deployments = meter.CreateCounter<long>("efs_sharding.scaling.deployments", "{deployment}", "Deployments that were forced.");
    }

    public void Record(ScalingReport report)
    {
        var fileSystem = new KeyValuePair<string, object?>("file_system_id", report.FileSystemId);
        var outcome = report.Error is not null ? "failed" : report.PlanOnly ? "planned" : "succeeded";
        _runs.Add(1, fileSystem, new KeyValuePair<string, object?>("outcome", outcome));
        _duration.Record(report.ElapsedSeconds, fileSystem, new KeyValuePair<string, object?>("outcome", outcome));
        if (report.FileCount is { } files)
        {
            _files.Record(files, fileSystem);
        }

        if (report.MountTargets is { } targets)
        {
            _mountTargets.Record(targets, fileSystem);
        }

        if (report.MapRevision is { } revision)
        {
            _revision.Record(revision, fileSystem);
        }

        _created.Add(report.NewMountTargetCreated ? 1 : 0, fileSystem);
        _deployments.Add(report.DeploymentTriggered ? 1 : 0, fileSystem);
    }
}
