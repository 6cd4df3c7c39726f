using EfsSharding.LocalAws;

namespace EfsSharding.Scaling.Tests.Pipeline;

/// <summary>Every AWS call of a run fails once, before its effect or after it, in every way a call can fail.</summary>
[TestFixture]
internal sealed class FaultInjectionTests
{
    private const string FirstGeneration =
        """{"mount_targets":[{"mount_target_id":"fsmt-0000000000000dead","ip_address":"10.0.0.9","availability_zone":"ap-northeast-1a","subnet_id":"subnet-1"}]}""";

    [Test]
    public async Task Property7_Any_error_at_any_step_leaves_a_valid_map_and_the_next_run_converges(
        [Values] FaultTiming timing, [Values(FaultKind.Error, FaultKind.Cut, FaultKind.CutReply, FaultKind.Throttle)] FaultKind kind)
    {
        var calls = await CallsOfARunAsync();
        Assert.That(calls, Is.GreaterThanOrEqualTo(12), "count, decide, provision, publish and roll out all call AWS");
        for (var position = 1; position <= calls; position++)
        {
            await FailAtAsync(position, timing, kind, published: position % 2 == 0 ? FirstGeneration : null);
        }
    }

    [FsCheck.NUnit.Property(MaxTest = 25)]
    public void Property7_Two_errors_in_two_runs_are_survived_too(byte first, byte second, bool firstAfter, bool secondAfter, bool cut)
    {
        SurviveAsync().GetAwaiter().GetResult();

        async Task SurviveAsync()
        {
            await using var account = await ScalingAccount.StartAsync();
            foreach (var (position, after) in new[] { (first, firstAfter), (second, secondAfter) })
            {
                account.Aws.Faults.Clear();
                account.Aws.Faults.Add(new InjectedFault
                {
                    Nth = (position % 14) + 1,
                    Kind = cut ? FaultKind.Cut : FaultKind.Error,
                    Timing = after ? FaultTiming.After : FaultTiming.Before,
                });
                await account.RunAsync(150);
                AssertMapIsValid(account);
                account.Clock.Advance(TimeSpan.FromMinutes(1));
            }

            account.Aws.Faults.Clear();
            await AssertConvergesAsync(account);
        }
    }

    private static async Task<int> CallsOfARunAsync()
    {
        await using var account = await ScalingAccount.StartAsync();
        await account.RunAsync(150);
        return account.Aws.Calls.All.Count;
    }

    private static async Task FailAtAsync(int position, FaultTiming timing, FaultKind kind, string? published)
    {
        await using var account = await ScalingAccount.StartAsync();
        if (published is not null)
        {
            account.Aws.State.PutParameter(ScalingAccount.Parameter, published);
            account.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        var before = account.Aws.State.Parameter(ScalingAccount.Parameter);
        account.Aws.Faults.Add(new InjectedFault { Nth = position, Kind = kind, Timing = timing });

        var report = await account.RunAsync(150);

        var where = $"call {position} {timing} {kind}: {string.Join("; ", account.Aws.Calls.All)}";
        var after = account.Aws.State.Parameter(ScalingAccount.Parameter);
        if (after != before)
        {
            AssertMapIsValid(account);
            Assert.That(account.PublishedMap!.Revision, Is.GreaterThan(0), where);
        }

        if (report.Error is not null)
        {
            Assert.That(report.Steps[^1].Outcome, Is.EqualTo("failed"), where);
            AssertNothingLaterWasChanged(account, report.Steps[^1].Step, where);
        }

        account.Aws.Faults.Clear();
        account.Clock.Advance(TimeSpan.FromMinutes(1));
        await AssertConvergesAsync(account, where);
    }

    private static void AssertNothingLaterWasChanged(ScalingAccount account, string failed, string where)
    {
        var changed = account.Aws.Calls.WithEffect.Select(call => call.Operation).ToList();
        string[] later = failed switch
        {
            "count" or "decide" => ["CreateMountTarget", "PutParameter", "UpdateService"],
            "provision" => ["UpdateService"],
            "publish" => ["UpdateService"],
            _ => [],
        };
        Assert.That(changed.Intersect(later), Is.Empty, where);
    }

    private static void AssertMapIsValid(ScalingAccount account)
    {
        if (account.PublishedMap is { } map)
        {
            var available = account.Aws.State.MountTargets
                .Where(target => target.LifeCycleStateAt(account.Clock.GetUtcNow()) == "available")
                .Select(target => target.MountTargetId);
            Assert.That(map.MountTargets.Select(target => target.MountTargetId), Is.SubsetOf(available));
        }
    }

    private static async Task AssertConvergesAsync(ScalingAccount account, string where = "")
    {
        var repaired = await account.RunAsync(150);
        Assert.That(repaired.Error, Is.Null, where);
        Assert.That(account.TargetIds, Has.Count.EqualTo(2), where);
        Assert.That(account.Aws.State.MountTargets.Select(target => target.Subnet.AvailabilityZone), Is.Unique, where);
        Assert.That(account.PublishedMap!.MountTargets.Select(target => target.MountTargetId), Is.EqualTo(account.TargetIds), where);
        var published = account.Aws.State.Parameter(ScalingAccount.Parameter)!;
        Assert.That(account.Aws.State.Service().Deployments.Max(deployment => deployment.CreatedAt), Is.GreaterThanOrEqualTo(published.LastModified), where);

        account.Aws.Calls.Clear();
        account.Clock.Advance(TimeSpan.FromMinutes(1));
        await account.RunAsync(150);
        Assert.That(account.Aws.Calls.WithEffect, Is.Empty, where);
    }
}
