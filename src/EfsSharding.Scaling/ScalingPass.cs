using EfsSharding.Scaling.Aws;
using EfsSharding.Scaling.Deciding;
using EfsSharding.Scaling.Provisioning;
using EfsSharding.Scaling.Publishing;
using Microsoft.Extensions.Logging;

namespace EfsSharding.Scaling;

/// <summary>The steps of one run, in the order that makes every point between them safe to die at.</summary>
internal sealed class ScalingPass(
    EfsScalingOptions options, IElasticFileSystem efs, ScalingStages stages, RunRecord record, TimeProvider timeProvider, ILogger logger)
{
    private IReadOnlyList<MountTargetDescription> _targets = [];
    private PublishedMap? _published;
    private bool _wouldPublish;

    private bool PlanOnly => record.Report.PlanOnly;

    public async Task RunAsync(ScalingRunOptions run, CancellationToken cancellationToken)
    {
        FileCount? count = null;
        ScalingDecision? decision = null;
        await record.StepAsync("count", async () => Told(count = await CountAsync(run, cancellationToken).ConfigureAwait(false))).ConfigureAwait(false);
        await record.StepAsync("decide", async () =>
        {
            decision = await DecideAsync(count!, cancellationToken).ConfigureAwait(false);
            return (StepOutcome.Done, decision.Explanation);
        }).ConfigureAwait(false);
        await record.StepAsync("provision", () => ProvisionAsync(decision!, cancellationToken)).ConfigureAwait(false);
        await record.StepAsync("publish", () => PublishAsync(cancellationToken)).ConfigureAwait(false);
        await record.StepAsync("roll_out", () => RollOutAsync(cancellationToken)).ConfigureAwait(false);
    }

    private static (string Outcome, string Detail) Told(FileCount count) =>
        (StepOutcome.Done, $"{(count.IsComplete ? "" : "at least ")}{count.Files} files in {count.Directories} directories");

    private async Task<FileCount> CountAsync(ScalingRunOptions run, CancellationToken cancellationToken)
    {
        var limit = run.TimeLimit is { } time && time / 2 < options.CountTimeLimit ? time / 2 : options.CountTimeLimit;
        long? upTo = null;
        if (options.CountOnlyToThreshold)
        {
            var targets = await efs.DescribeMountTargetsAsync(options.FileSystemId, cancellationToken).ConfigureAwait(false);
            upTo = stages.Rule.ThresholdFor(targets.Count(target => target.IsThereOrComing())) + 1;
        }

        var request = new FileCountRequest { Directory = options.TargetDirectory, UpTo = upTo, TimeLimit = limit };
        var count = await stages.Counter.CountAsync(request, cancellationToken).ConfigureAwait(false);
        RequireMount(count);
        logger.FilesCounted(options.FileSystemId, count.Files, count.IsComplete, count.Directories, count.Elapsed.TotalSeconds);
        record.Report = record.Report with { FileCount = count.Files, FileCountComplete = count.IsComplete };
        return count;
    }

    private void RequireMount(FileCount count)
    {
        var isRefused = options.RequireMount switch
        {
            true => count.IsOnNetwork != true,
            false => false,
            null => count is { IsOnNetwork: false, IsComplete: true, Files: 0, Directories: 1 },
        };
        if (isRefused)
        {
            throw new ScalingException(
                $"'{options.TargetDirectory}' {(options.RequireMount is null ? "is empty and on no network mount" : "is on no network mount")}: most likely {options.FileSystemId} is not mounted there, "
                + "and its files were not counted. Mount it, or set RequireMount to false when it is an ordinary directory.");
        }
    }

    private async Task<ScalingDecision> DecideAsync(FileCount count, CancellationToken cancellationToken)
    {
        _published = await stages.Parameter.ReadAsync(cancellationToken).ConfigureAwait(false);
        await ObserveAsync(cancellationToken).ConfigureAwait(false);
        var decision = stages.Rule.Decide(new ScalingFacts
        {
            Count = count,
            MountTargets = _targets.Count(target => target.IsThereOrComing()),
            IsOneCreating = _targets.Any(target => target.IsCreating()),
            LastAddition = _published?.LastAddition,
            Now = timeProvider.GetUtcNow(),
        });
        record.Report = record.Report with
        {
            Threshold = decision.Threshold,
            ThresholdExceeded = decision.ThresholdExceeded,
            MapRevision = _published?.Map.Revision,
        };
        return Decided(decision);
    }

    private async Task<(string Outcome, string Detail)> ProvisionAsync(ScalingDecision decision, CancellationToken cancellationToken)
    {
        var detail = "no mount target is added";
        string? added = null;
        if (decision.AddsMountTarget)
        {
            var fileSystem = await efs.DescribeFileSystemAsync(options.FileSystemId, cancellationToken).ConfigureAwait(false);
            var subnets = await stages.Subnets.ListAsync(_targets, cancellationToken).ConfigureAwait(false);

            // The subnets show what a parallel run has made since the decision by their free addresses; look again before choosing by them.
            var before = _targets;
            await ObserveAsync(cancellationToken).ConfigureAwait(false);
            var zones = SubnetChoice.ByZone(subnets, _targets, fileSystem.AvailabilityZoneName);
            if (MountTargetStates.FindNew(_targets, before) is { } found)
            {
                detail = $"{found.MountTargetId} came meanwhile";
            }
            else if (zones.Count > 0 && PlanOnly)
            {
                _targets = [.. Foreseen(), New(zones[0][0])];
                return (StepOutcome.Planned, $"would make a mount target in {zones[0][0].SubnetId}, {zones[0][0].Zone}");
            }
            else
            {
                (added, detail) = await AddAsync(decision, zones, fileSystem, cancellationToken).ConfigureAwait(false);
            }
        }

        var waits = added is not null || _targets.Any(target => target.IsCreating());
        if (waits && PlanOnly)
        {
            _targets = [.. Foreseen()];
            return (StepOutcome.Planned, "would wait for the mount target that is being made");
        }

        if (waits)
        {
            await stages.Wait.UntilAvailableAsync(added, cancellationToken).ConfigureAwait(false);
            await ObserveAsync(cancellationToken).ConfigureAwait(false);
            detail = added is null ? "waited for the mount target that is being made" : detail;
        }

        return (waits ? StepOutcome.Done : StepOutcome.NothingToDo, detail);
    }

    /// <summary>The mount targets as a run that waits finds them, for a plan to go on with.</summary>
    private IEnumerable<MountTargetDescription> Foreseen() =>
        _targets.Select(target => target.IsCreating() ? target with { LifeCycleState = EfsLifeCycleState.Available } : target);

    private MountTargetDescription New(CandidateSubnet subnet) => new()
    {
        MountTargetId = "fsmt-new",
        FileSystemId = options.FileSystemId,
        SubnetId = subnet.SubnetId,
        LifeCycleState = EfsLifeCycleState.Available,
    };

    private async Task<(string? Added, string Detail)> AddAsync(
        ScalingDecision decision,
        IReadOnlyList<IReadOnlyList<CandidateSubnet>> zones,
        FileSystemDescription fileSystem,
        CancellationToken cancellationToken)
    {
        var made = zones.Count == 0
            ? new ProvisionedTarget(null, "every zone with a subnet has one")
            : await stages.Provisioner.AddAsync(zones, _targets, cancellationToken).ConfigureAwait(false);
        if (made.Target is { } target)
        {
            record.Report = record.Report with { NewMountTargetCreated = true, NewMountTargetId = target.MountTargetId };
            return (target.MountTargetId, made.Explanation);
        }

        var reason = fileSystem.AvailabilityZoneName is null ? ScalingReason.ZonesUsedUp : ScalingReason.OneZone;
        Decided(decision with { Reason = reason, Explanation = $"{decision.Explanation} But none can be: {made.Explanation}." });
        return (null, made.Explanation);
    }

    private async Task<(string Outcome, string Detail)> PublishAsync(CancellationToken cancellationToken)
    {
        if (PlanOnly)
        {
            var (map, _) = stages.Publisher.Next(_published, _targets, added: false);
            _wouldPublish = _published?.Map.HasSameContent(map) != true;
            return _wouldPublish
                ? (StepOutcome.Planned, $"would publish {map.MountTargets.Count} mount target(s), as revision {map.Revision + 1}")
                : (StepOutcome.NothingToDo, $"revision {map.Revision} is up to date");
        }

        var publication = await stages.Publisher
            .PublishAsync(_targets, record.Report.NewMountTargetCreated, cancellationToken).ConfigureAwait(false);
        _published = publication.Current;
        record.Report = record.Report with { Published = publication.Written, MapRevision = _published.Map.Revision };
        return publication.Written
            ? (StepOutcome.Done, $"published revision {_published.Map.Revision} with {_published.Map.MountTargets.Count} mount targets")
            : (StepOutcome.NothingToDo, $"revision {_published.Map.Revision} is up to date");
    }

    private async Task<(string Outcome, string Detail)> RollOutAsync(CancellationToken cancellationToken)
    {
        if (!stages.Rollout.IsConfigured)
        {
            return (StepOutcome.NothingToDo, "no service is configured; readers pick the map up by themselves");
        }

        var isDue = _wouldPublish || (_published is { } published
            && await stages.Rollout.IsDueAsync(published, record.Report.Published, cancellationToken).ConfigureAwait(false));
        if (!isDue || PlanOnly)
        {
            return isDue
                ? (StepOutcome.Planned, $"would force a deployment of {options.ServiceName}")
                : (StepOutcome.NothingToDo, $"{options.ServiceName} was deployed after the map was published");
        }

        await stages.Rollout.DeployAsync(cancellationToken).ConfigureAwait(false);
        record.Report = record.Report with { DeploymentTriggered = true };
        return (StepOutcome.Done, $"forced a deployment of {options.ServiceName}");
    }

    private async Task ObserveAsync(CancellationToken cancellationToken)
    {
        _targets = await efs.DescribeMountTargetsAsync(options.FileSystemId, cancellationToken).ConfigureAwait(false);
        record.Report = record.Report with { MountTargets = _targets.Count(target => target.IsThereOrComing()) };
    }

    private ScalingDecision Decided(ScalingDecision decision)
    {
        logger.ScalingDecided(options.FileSystemId, decision.Reason, decision.Explanation);
        record.Report = record.Report with { Decision = decision.Reason, DecisionDetail = decision.Explanation };
        return decision;
    }
}
