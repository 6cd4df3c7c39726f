using System.Text.Json.Nodes;
using EfsSharding.Scaling.Tests.Pipeline;

namespace EfsSharding.Scaling.Tests.Publishing;

/// <summary>What a mount target and its deployment will need in the parameter is known before they are made, to the byte.</summary>
[TestFixture]
internal sealed class FullParameterTests
{
    private const int Limit = 4096;

    [Test]
    public async Task A_mount_target_is_made_only_where_its_map_and_the_note_of_its_deployment_fit([Range(200, 560, 15)] int left)
    {
        await using var account = await ScalingAccount.StartAsync();
        await account.RunAsync(0);
        account.Clock.Advance(TimeSpan.FromHours(1));
        LeaveBytes(account, left);

        var report = await account.RunAsync(101, options => options.AllowAdvancedTier = false);

        Assert.That(account.TargetIds, Has.Count.EqualTo(report.Error is null ? 2 : 1), report.Error);
        Assert.That(report.Error, Is.Null.Or.StartsWith("provision: ").And.Contain("4096"));
    }

    [Test]
    public async Task A_deployment_is_forced_only_where_it_can_be_noted([Range(200, 560, 15)] int left)
    {
        await using var account = await ScalingAccount.StartAsync();
        await account.RunAsync(0);
        var forced = account.Aws.Calls.Of("UpdateService").Count;
        account.Clock.Advance(TimeSpan.FromHours(1));
        account.Aws.State.AddMountTarget(account.FileSystemId, account.Aws.State.Subnets[1].SubnetId);
        LeaveBytes(account, left);

        var report = await account.RunAsync(0, options => options.AllowAdvancedTier = false);

        Assert.That(account.Aws.Calls.Of("UpdateService"), Has.Count.EqualTo(report.Error is null ? forced + 1 : forced), report.Error);
    }

    /// <summary>A member that this library does not know, so long that so many bytes are left.</summary>
    private static void LeaveBytes(ScalingAccount account, int left)
    {
        const string Member = "note";
        var root = JsonNode.Parse(account.Aws.State.Parameter(ScalingAccount.Parameter)!.Value)!.AsObject();
        root[Member] = "";
        root[Member] = new string('x', Limit - left - root.ToJsonString().Length);
        account.Aws.State.PutParameter(ScalingAccount.Parameter, root.ToJsonString());
    }
}
