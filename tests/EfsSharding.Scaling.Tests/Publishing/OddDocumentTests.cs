using System.Text.Json.Nodes;
using EfsSharding.Scaling.Tests.Pipeline;

namespace EfsSharding.Scaling.Tests.Publishing;

/// <summary>Documents that people and other programs write: taken for what they mean, or refused with the parameter, the place and the reason.</summary>
[TestFixture]
internal sealed class OddDocumentTests
{
    private ScalingAccount _account = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _account = await ScalingAccount.StartAsync();
        await _account.RunAsync(0);
        _account.Aws.State.AddMountTarget(_account.FileSystemId, _account.Aws.State.Subnets[1].SubnetId);
    }

    [TearDown]
    public async Task StopAsync() => await _account.DisposeAsync();

    private string Published => _account.Aws.State.Parameter(ScalingAccount.Parameter)!.Value;

    private void Put(string json) => _account.Aws.State.PutParameter(ScalingAccount.Parameter, json);

    private void Edit(string what, string by) => Put(Published.Replace(what, by, StringComparison.Ordinal));

    [Test]
    public async Task Members_that_the_library_does_not_know_stay_wherever_they_are()
    {
        Edit("{\"schema\":1", "{\"comment\":\"所有者: <storage> & \\u0027co\\u0027\",\"schema\":1");
        Edit("\"weight\":1,", "\"weight\":1,");
        var document = JsonNode.Parse(Published)!;
        document["mount_targets"]![0]!["rack"] = 7;
        document["file_systems"]![0]!["owner"] = new JsonObject { ["team"] = "storage" };
        Put(document.ToJsonString());

        var report = await _account.RunAsync(101, options => options.FileCountThreshold = 50);

        Assert.That(report.Error, Is.Null);
        var after = JsonNode.Parse(Published)!;
        Assert.That(after["comment"]!.GetValue<string>(), Does.StartWith("所有者: <storage>"));
        Assert.That(after["file_systems"]![0]!["owner"]!["team"]!.GetValue<string>(), Is.EqualTo("storage"));
        Assert.That(after["mount_targets"]!.AsArray().Select(target => target!["rack"]?.GetValue<int>()), Has.One.EqualTo(7));
        Assert.That(Published, Does.Contain("所有者"), "as short as it was");
    }

    [Test]
    public async Task A_byte_order_mark_is_none()
    {
        Put("\uFEFF" + Published);

        Assert.That((await _account.RunAsync(0)).Error, Is.Null);
        Assert.That(Published, Does.StartWith("{"));
        Assert.That(_account.PublishedMap!.MountTargets, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_file_system_named_by_its_resource_name_is_the_same_one()
    {
        Edit($"\"{_account.FileSystemId}\"", $"\"arn:aws:elasticfilesystem:ap-northeast-1:000000000000:file-system/{_account.FileSystemId}\"");

        Assert.That((await _account.RunAsync(0, options => options.FileSystemId = $"arn:aws:elasticfilesystem:ap-northeast-1:000000000000:file-system/{_account.FileSystemId}")).Error, Is.Null);

        Assert.That(_account.PublishedMap!.FileSystems.Select(fileSystem => (fileSystem.FileSystemId, fileSystem.State)), Is.EqualTo(new[] { (_account.FileSystemId, FileSystemState.Active) }));
        Assert.That(_account.PublishedMap.MountTargets, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_member_that_is_there_twice_is_refused_by_name()
    {
        Edit("\"revision\":1", "\"revision\":1,\"revision\":9");

        await AssertRefusedAsync("revision");
    }

    [Test]
    public async Task An_address_that_not_everybody_reads_alike_is_refused_at_its_place()
    {
        Edit("\"ip_address\":\"10.", "\"ip_address\":\"010.");

        await AssertRefusedAsync("$.mount_targets[0].ip_address");
    }

    [Test]
    public async Task A_revision_that_has_no_next_one_is_refused_before_anything_is_made()
    {
        Edit("\"revision\":1", $"\"revision\":{long.MaxValue}");

        await AssertRefusedAsync("$.revision");
    }

    [Test]
    public async Task An_addition_dated_far_ahead_keeps_nothing_from_growing()
    {
        Edit("\"state\":\"active\"", "\"state\":\"active\",\"mount_target_added_at\":\"2099-01-01T00:00:00Z\"");
        _account.Aws.State.RemoveMountTarget(_account.TargetIds.Single(id => _account.PublishedMap!.MountTargets.All(target => target.MountTargetId != id)));

        var report = await _account.RunAsync(101);

        Assert.That((report.Error, report.NewMountTargetCreated), Is.EqualTo(((string?)null, true)));
        Assert.That(Published, Does.Not.Contain("2099"));
    }

    [Test]
    public async Task An_addition_that_an_earlier_version_noted_still_cools_down()
    {
        var document = JsonNode.Parse(Published)!;
        document["mount_target_added_at"] = _account.Clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");
        Put(document.ToJsonString());

        Assert.That((await _account.RunAsync(1_000)).Decision, Is.EqualTo(ScalingReason.CoolingDown));
    }

    [Test]
    public async Task An_addition_to_another_file_system_starts_no_cool_down_here()
    {
        var other = _account.Aws.State.AddFileSystem();
        _account.Aws.State.AddMountTarget(other.FileSystemId, _account.Aws.State.Subnets[0].SubnetId);
        await _account.RunAsync(0);
        await _account.RunAsync(0, options => options.FileSystemId = other.FileSystemId);
        _account.Clock.Advance(TimeSpan.FromHours(1));

        var first = await _account.RunAsync(101, options => options.FileSystemId = other.FileSystemId);
        var second = await _account.RunAsync(201);
        var third = await _account.RunAsync(1_001);

        Assert.That((first.NewMountTargetCreated, second.NewMountTargetCreated, third.Decision), Is.EqualTo((true, true, ScalingReason.CoolingDown)));
    }

    [Test]
    public async Task A_mount_target_that_two_pages_list_is_published_once()
    {
        await using var account = await ScalingAccount.StartAsync(options => options with { MountTargets = 3, PageSize = 1, RepeatAcrossPages = true });

        Assert.That((await account.RunAsync(0)).Error, Is.Null);
        Assert.That(account.PublishedMap!.MountTargets, Has.Count.EqualTo(3));
        Assert.That((await account.RunAsync(0)).Published, Is.False);
    }

    /// <summary>The document stays as it is, nothing is made, and the error names the parameter and the place.</summary>
    private async Task AssertRefusedAsync(string place)
    {
        var before = Published;
        var targets = _account.TargetIds.Count;

        var report = await _account.RunAsync(1_000_000, options => options.CoolDown = TimeSpan.Zero);

        Assert.That(report.Error, Does.Contain(ScalingAccount.Parameter).And.Contain(place));
        Assert.That((Published, _account.TargetIds.Count), Is.EqualTo((before, targets)));
    }
}
