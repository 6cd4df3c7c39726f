using System.Runtime.ExceptionServices;
using EfsSharding.Access;
using EfsSharding.Scaling.Aws;
using EfsSharding.Scaling.Deciding;
using EfsSharding.Scaling.Diagnostics;
using EfsSharding.Scaling.Provisioning;
using EfsSharding.Scaling.Publishing;
using EfsSharding.Scaling.Rollout;
using Microsoft.Extensions.Logging;

namespace EfsSharding.Scaling.Pipeline;

/// <summary>The steps of one run, in the order that makes every point between them safe to die at.</summary>
internal sealed class ScalingPass(
    EfsScalingOptions options, IElasticFileSystem efs, ScalingStages stages, RunRecord record, TimeProvider timeProvider, ILogger logger)
{
    private IReadOnlyList<MountTargetDescription> _targets = [];
    private PublishedMap? _published;
    private PublishedMap? _publishedBefore;
    private Exception? _countFailure;
    private bool _wouldPublish;

    private bool PlanOnly => record.Report.PlanOnly;

    public async Task RunAsync(ScalingRunOptions run, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var count = await TryCountAsync(run, cancellationToken).ConfigureAwait(false);
        try
        {
            await ProceedAsync(count, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (_countFailure is not null && e is not OperationCanceledException)
        {
            throw new ScalingException($"{e.Message} And the files were not counted: {_countFailure.Message}", e);
        }

        if (_countFailure is { } failure)
        {
            record.CurrentStep = "count";
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    private async Task ProceedAsync(FileCount? count, CancellationToken cancellationToken)
    {
        ScalingDecision? decision = null;
        await record.StepAsync("decide", async () =>
        {
            decision = await DecideAsync(count, cancellationToken).ConfigureAwait(false);
            return decision is null ? (StepOutcome.NothingToDo, "without a count no mount target is added") : (StepOutcome.Done, decision.Explanation);
        }).ConfigureAwait(false);
        if (IsSomethingUnpublished())
        {
            // What serves is published before anything is made, so that a publication that fails leaves no more behind at each run.
            await record.StepAsync("publish", () => PublishAsync(cancellationToken)).ConfigureAwait(false);
        }

        await record.StepAsync("provision", () => ProvisionAsync(decision, cancellationToken)).ConfigureAwait(false);
        await record.StepAsync("publish", () => PublishAsync(cancellationToken)).ConfigureAwait(false);
        await record.StepAsync("roll_out", () => RollOutAsync(cancellationToken)).ConfigureAwait(false);
    }

    /// <summary>Counts. A count that fails ends the run at its end: what is there is published all the same.</summary>
    private async Task<FileCount?> TryCountAsync(ScalingRunOptions run, CancellationToken cancellationToken)
    {
        FileCount? count = null;
        try
        {
            await record.StepAsync("count", async () => Describe(count = await CountAsync(run, cancellationToken).ConfigureAwait(false))).ConfigureAwait(false);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            _countFailure = e;
        }

        return count;
    }

    private static (string Outcome, string Detail) Describe(FileCount count) =>
        (StepOutcome.Done, $"{(count.IsComplete ? "" : "at least ")}{count.Files} files in {count.Directories} directories"
        + (count.MountPoints == 0 ? "" : $"; {count.MountPoints} mount point(s) below it were not entered"));

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
            null => count is { IsOnNetwork: false, IsComplete: true, Files: 0, Directories: 1 } or { IsOnNetwork: false, MountPoints: > 0 },
        };
        if (isRefused && count.MountPoints > 0)
        {
            throw new ScalingException(
                $"'{options.TargetDirectory}' is on no network mount, and {count.MountPoints} file system(s) are mounted below it, whose files were not counted. "
                + $"Set TargetDirectory to where {options.FileSystemId} is mounted, or RequireMount to false when it is an ordinary directory.");
        }

        if (isRefused)
        {
            throw new ScalingException(
                $"'{options.TargetDirectory}' {(options.RequireMount is null ? "is empty and on no network mount" : "is on no network mount")}: most likely {options.FileSystemId} is not mounted there, "
                + "and its files were not counted. Mount it, or set RequireMount to false when it is an ordinary directory.");
        }
    }

    private async Task<ScalingDecision?> DecideAsync(FileCount? count, CancellationToken cancellationToken)
    {
        _publishedBefore = _published = await stages.Parameter.ReadAsync(cancellationToken).ConfigureAwait(false);
        record.Report = record.Report with { MapRevision = _published?.Map.Revision };
        await ObserveAsync(cancellationToken).ConfigureAwait(false);
        if (count is null)
        {
            return null;
        }

        var decision = stages.Rule.Decide(new ScalingFacts
        {
            Count = count,
            MountTargets = _targets.Count(target => target.IsThereOrComing()),
            IsOneCreating = _targets.Any(target => target.IsCreating()),

            // One that a run made and did not come to publish is added now.
            LastAddition = (HasAvailable ? stages.Publisher.Next(_published?.Document, _targets) : _published?.Document)?.AdditionTo(options.FileSystemId),
            Now = timeProvider.GetUtcNow(),
        });
        record.Report = record.Report with { Threshold = decision.Threshold, ThresholdExceeded = decision.ThresholdExceeded };
        return Decided(decision);
    }

    private bool HasAvailable => _targets.Any(target => target.IsAvailable());

    private bool IsSomethingUnpublished() =>
        HasAvailable && _published?.Map.HasSameContent(stages.Publisher.Next(_published.Document, _targets).Map) != true;

    private async Task<(string Outcome, string Detail)> ProvisionAsync(ScalingDecision? decision, CancellationToken cancellationToken)
    {
        var detail = "no mount target is added";
        string? added = null;
        if (decision is { AddsMountTarget: true })
        {
            var fileSystem = await efs.DescribeFileSystemAsync(options.FileSystemId, cancellationToken).ConfigureAwait(false);
            var subnets = await stages.Subnets.ListAsync(_targets, cancellationToken).ConfigureAwait(false);
            var before = _targets;
            if (SubnetChoice.ByZone(subnets, before, fileSystem.AvailabilityZoneName).Count > 0)
            {
                await PrepareAsync(subnets, cancellationToken).ConfigureAwait(false);
            }

            // The subnets show what a parallel run has made since the decision by their free addresses; look again before choosing by them.
            await ObserveAsync(cancellationToken).ConfigureAwait(false);
            var zones = SubnetChoice.ByZone(subnets, _targets, fileSystem.AvailabilityZoneName);
            if (MountTargetStates.FindNew(_targets, before) is { } found)
            {
                detail = $"{found.MountTargetId} was made by another run";
            }
            else if (zones.Count == 0)
            {
                detail = ZoneShortage.Explain(subnets, _targets, fileSystem);
                Nowhere(decision, fileSystem, detail);
            }
            else if (PlanOnly)
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

    /// <summary>
    /// What a mount target will need is known before one is made: the map has room for it, the parameter can be written, and the service is there,
    /// takes deployments, has the map that was published before, and its deployment can be noted.
    /// </summary>
    private async Task PrepareAsync(IReadOnlyList<CandidateSubnet> subnets, CancellationToken cancellationToken)
    {
        string? service = null;
        if (stages.Rollout.IsConfigured)
        {
            var state = await stages.Rollout.LookAsync(_publishedBefore, isNew: false, cancellationToken).ConfigureAwait(false);
            service = state.Service;
            if (state.IsDue && !PlanOnly && !record.Report.Published)
            {
                await DeployAsync(state, cancellationToken).ConfigureAwait(false);
            }
        }

        var longest = subnets.MaxBy(subnet => subnet.Zone.Length + (subnet.ZoneId?.Length ?? 0))!;
        var next = stages.Publisher.Next(_published?.Document, [.. _targets, New(longest)], timeProvider.GetUtcNow());
        stages.Publisher.RequireRoom(next, _published, service);
        if (!PlanOnly && !record.Report.Published && HasAvailable)
        {
            _published = (await stages.Publisher.RewriteAsync(_targets, cancellationToken).ConfigureAwait(false)).Current;
        }
    }

    /// <summary>The mount targets as a run that waits finds them, for a plan to go on with.</summary>
    private IEnumerable<MountTargetDescription> Foreseen() =>
        _targets.Select(target => target.IsCreating() ? target with { LifeCycleState = EfsLifeCycleState.Available } : target);

    /// <summary>One that takes as much room in the map as any.</summary>
    private MountTargetDescription New(CandidateSubnet subnet) => new()
    {
        MountTargetId = "fsmt-ffffffffffffffffffff",
        FileSystemId = options.FileSystemId,
        SubnetId = subnet.SubnetId,
        LifeCycleState = EfsLifeCycleState.Available,
        IpAddress = options.IpAddressType == "IPV6_ONLY" ? null : "192.168.255.254",
        Ipv6Address = options.IpAddressType is null or "IPV4_ONLY" ? null : "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        AvailabilityZoneName = subnet.Zone,
        AvailabilityZoneId = subnet.ZoneId,
    };

    private async Task<(string? Added, string Detail)> AddAsync(
        ScalingDecision decision,
        IReadOnlyList<IReadOnlyList<CandidateSubnet>> zones,
        FileSystemDescription fileSystem,
        CancellationToken cancellationToken)
    {
        var made = await stages.Provisioner.AddAsync(zones, _targets, cancellationToken).ConfigureAwait(false);
        if (made.Target is { } target)
        {
            record.Report = record.Report with { NewMountTargetCreated = true, NewMountTargetId = target.MountTargetId };
            return (target.MountTargetId, made.Explanation);
        }

        Nowhere(decision, fileSystem, made.Explanation);
        return (null, made.Explanation);
    }

    private void Nowhere(ScalingDecision decision, FileSystemDescription fileSystem, string explanation)
    {
        var reason = fileSystem.AvailabilityZoneName is null ? ScalingReason.ZonesUsedUp : ScalingReason.OneZone;
        Decided(decision with { Reason = reason, Explanation = $"{decision.Explanation} But none can be: {explanation}." });
    }

    private async Task<(string Outcome, string Detail)> PublishAsync(CancellationToken cancellationToken)
    {
        if (PlanOnly)
        {
            return PlanPublication();
        }

        var publication = await stages.Publisher
            .PublishAsync(_targets, record.Report.NewMountTargetCreated, LookAgainAsync, cancellationToken).ConfigureAwait(false);
        _published = publication.Current;
        record.Report = record.Report with { Published = record.Report.Published || publication.Written, MapRevision = _published.Map.Revision };
        return publication.Written
            ? (StepOutcome.Done, $"published revision {_published.Map.Revision} with {_published.Map.MountTargets.Count} mount targets")
            : (StepOutcome.NothingToDo, $"revision {_published.Map.Revision} is up to date");

        async Task<IReadOnlyList<MountTargetDescription>> LookAgainAsync()
        {
            await ObserveAsync(cancellationToken).ConfigureAwait(false);
            return _targets;
        }
    }

    private (string Outcome, string Detail) PlanPublication()
    {
        var next = stages.Publisher.Next(_published?.Document, _targets);
        if (_published?.Map.HasSameContent(next.Map) == true)
        {
            return (StepOutcome.NothingToDo, $"revision {next.Map.Revision} is up to date");
        }

        var foreseen = PublishedDocument.Parse(stages.Publisher.ToSend(next, _published, []), stages.Parameter.Name);
        _published = new PublishedMap
        {
            Document = foreseen,
            Version = (_published?.Version ?? 0) + 1,
            LastModified = timeProvider.GetUtcNow(),
        };
        _wouldPublish = true;
        return (StepOutcome.Planned, $"would publish {foreseen.Map.MountTargets.Count} mount target(s), as revision {foreseen.Map.Revision}");
    }

    private async Task<(string Outcome, string Detail)> RollOutAsync(CancellationToken cancellationToken)
    {
        if (!stages.Rollout.IsConfigured)
        {
            return (StepOutcome.NothingToDo, "no service is configured; readers pick the map up by themselves");
        }

        var state = await stages.Rollout.LookAsync(_published, record.Report.Published || _wouldPublish, cancellationToken).ConfigureAwait(false);
        if (!state.IsDue || PlanOnly)
        {
            return state.IsDue ? (StepOutcome.Planned, $"would force a deployment of {options.ServiceName}") : (StepOutcome.NothingToDo, state.Detail);
        }

        await DeployAsync(state, cancellationToken).ConfigureAwait(false);
        return (StepOutcome.Done, $"forced a deployment of {options.ServiceName}");
    }

    private async Task DeployAsync(RolloutState state, CancellationToken cancellationToken)
    {
        // A deployment that is not noted would be forced again whenever ECS takes it back.
        stages.Publisher.RequireRoom(_published!, state.Service);
        await stages.Rollout.DeployAsync(cancellationToken).ConfigureAwait(false);
        record.Report = record.Report with { DeploymentTriggered = true };
        _published = (await stages.Publisher.NoteRolloutAsync(_published!, state.Service, cancellationToken).ConfigureAwait(false)).Current;
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
