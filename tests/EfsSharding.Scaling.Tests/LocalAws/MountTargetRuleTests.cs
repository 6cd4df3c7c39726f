using System.Collections.Concurrent;
using EfsSharding.LocalAws;
using EfsSharding.Scaling.Aws;
using EfsSharding.Scaling.Tests.Aws;
using Microsoft.Extensions.Time.Testing;

namespace EfsSharding.Scaling.Tests.LocalAws;

public class MountTargetRuleTests : LocalAwsFixture
{
    [Test]
    public async Task Parallel_creates_leave_one_mount_target_per_zone()
    {
        ConcurrentBag<string> errors = [];
        await Parallel.ForEachAsync(Enumerable.Range(0, 24), async (i, cancellationToken) =>
        {
            try
            {
                await CreateAsync(Efs, Aws, i % 3, cancellationToken);
            }
            catch (ElasticFileSystemException e)
            {
                errors.Add(e.ErrorCode);
            }
        });

        Assert.That(Aws.State.MountTargets.Select(t => t.Subnet.AvailabilityZone), Is.Unique.And.Exactly(3).Items);
        Assert.That(errors, Has.Exactly(22).Items.And.All.EqualTo(EfsErrorCode.MountTargetConflict));
    }

    [Test]
    public async Task Parallel_creates_may_be_answered_alike_while_the_mount_target_is_creating()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var aws = await LocalAwsServer.StartAsync(new LocalAwsOptions
        {
            TimeProvider = clock,
            MountTargetCreationTime = TimeSpan.FromMinutes(1),
            AnswerParallelCreatesAlike = true,
        });
        using var efs = new ElasticFileSystemClient(aws.Credentials, aws.Configure(new ElasticFileSystemConfig()));

        var first = await CreateAsync(efs, aws, zone: 1);
        var second = await CreateAsync(efs, aws, zone: 1);
        clock.Advance(TimeSpan.FromMinutes(1));
        var third = await Assert.ThrowsAsync<ElasticFileSystemException>(() => CreateAsync(efs, aws, zone: 1));

        Assert.That(second, Is.EqualTo(first));
        Assert.That(third!.ErrorCode, Is.EqualTo(EfsErrorCode.MountTargetConflict));
        Assert.That(aws.Calls.WithEffect, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_removed_mount_target_gives_its_zone_and_its_address_back()
    {
        var first = await CreateAsync(Efs, Aws, zone: 1);
        Aws.State.RemoveMountTarget(first.MountTargetId);

        var second = await CreateAsync(Efs, Aws, zone: 1);

        Assert.That(second.MountTargetId, Is.Not.EqualTo(first.MountTargetId));
        Assert.That(second.IpAddress, Is.EqualTo(first.IpAddress));
    }

    [Test]
    public async Task Two_servers_of_one_kind_name_their_mount_targets_alike()
    {
        await using var twin = await LocalAwsServer.StartAsync();

        Assert.That(twin.State.MountTargets.Select(t => t.MountTargetId), Is.EqualTo(Aws.State.MountTargets.Select(t => t.MountTargetId)));
    }

    private static Task<MountTargetDescription> CreateAsync(
        ElasticFileSystemClient efs, LocalAwsServer aws, int zone, CancellationToken cancellationToken = default) => efs.CreateMountTargetAsync(
            new CreateMountTargetRequest { FileSystemId = aws.Options.FileSystemId, SubnetId = aws.State.Subnets[zone].SubnetId }, cancellationToken);
}
