using System.Net;
using Amazon.Runtime;
using EfsSharding.LocalAws;
using EfsSharding.Scaling.Aws;

namespace EfsSharding.Scaling.Tests.Aws;

public class ElasticFileSystemErrorTests : LocalAwsFixture
{
    private static readonly object[] Modelled =
    [
        new object[] { EfsErrorCode.AvailabilityZonesMismatch, 400 },
        new object[] { EfsErrorCode.BadRequest, 400 },
        new object[] { EfsErrorCode.FileSystemNotFound, 404 },
        new object[] { EfsErrorCode.IncorrectFileSystemLifeCycleState, 409 },
        new object[] { EfsErrorCode.IpAddressInUse, 409 },
        new object[] { EfsErrorCode.MountTargetConflict, 409 },
        new object[] { EfsErrorCode.NetworkInterfaceLimitExceeded, 409 },
        new object[] { EfsErrorCode.NoFreeAddressesInSubnet, 409 },
        new object[] { EfsErrorCode.SecurityGroupLimitExceeded, 400 },
        new object[] { EfsErrorCode.SecurityGroupNotFound, 400 },
        new object[] { EfsErrorCode.SubnetNotFound, 400 },
        new object[] { EfsErrorCode.UnsupportedAvailabilityZone, 400 },
        new object[] { "AccessDeniedException", 403 },
    ];

    [TestCaseSource(nameof(Modelled))]
    public async Task A_modelled_error_arrives_with_all_that_it_says_and_is_not_retried(string code, int status)
    {
        Aws.Faults.Add(new InjectedFault { Operation = "CreateMountTarget", ErrorCode = code, Message = "in EFS's words" });

        var error = await Assert.ThrowsAsync<ElasticFileSystemException>(() => CreateAsync(Aws.State.Subnets[1].SubnetId));

        Assert.That(error!.ErrorCode, Is.EqualTo(code));
        Assert.That((int)error.StatusCode, Is.EqualTo(status));
        Assert.That(error.ErrorType, Is.EqualTo(ErrorType.Sender));
        Assert.That(error.RequestId, Is.EqualTo(Aws.Calls.All.Single().RequestId));
        Assert.That(error.Message, Is.EqualTo(
            $"EFS CreateMountTarget for {Aws.Options.FileSystemId} in {Aws.State.Subnets[1].SubnetId} failed with {code} (HTTP {status}): in EFS's words"));
        Assert.That(Aws.State.MountTargets, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task InternalServerError_is_retried_and_then_told()
    {
        Aws.Faults.Add(new InjectedFault { ErrorCode = EfsErrorCode.InternalServerError });

        var error = await Assert.ThrowsAsync<ElasticFileSystemException>(() => CreateAsync(Aws.State.Subnets[1].SubnetId));

        Assert.That(error!.ErrorCode, Is.EqualTo(EfsErrorCode.InternalServerError));
        Assert.That(error.StatusCode, Is.EqualTo(HttpStatusCode.InternalServerError));
        Assert.That(error.ErrorType, Is.EqualTo(ErrorType.Receiver));
        Assert.That(Aws.Calls.All, Has.Count.EqualTo(3));
    }

    [Test]
    public Task A_second_mount_target_in_a_zone_is_a_MountTargetConflict() =>
        Refused(EfsErrorCode.MountTargetConflict, Aws.State.AddSubnet(0, "10.0.8.0/24").SubnetId);

    [Test]
    public Task A_subnet_of_another_VPC_is_a_MountTargetConflict() =>
        Refused(EfsErrorCode.MountTargetConflict, Aws.State.AddSubnet(1, "10.1.0.0/24", vpcId: "vpc-other").SubnetId);

    [Test]
    public async Task A_full_subnet_is_NoFreeAddressesInSubnet()
    {
        Aws.State.LeaveFreeAddresses(Aws.State.Subnets[1].SubnetId, 0);
        await Refused(EfsErrorCode.NoFreeAddressesInSubnet, Aws.State.Subnets[1].SubnetId);
    }

    [Test]
    public Task An_unknown_subnet_is_SubnetNotFound() => Refused(EfsErrorCode.SubnetNotFound, "subnet-none");

    [Test]
    public Task An_unknown_file_system_is_FileSystemNotFound() =>
        Refused(EfsErrorCode.FileSystemNotFound, Aws.State.Subnets[1].SubnetId, fileSystemId: "fs-none");

    [Test]
    public async Task A_file_system_that_goes_away_is_IncorrectFileSystemLifeCycleState()
    {
        Aws.State.SetFileSystemState(Aws.Options.FileSystemId, EfsLifeCycleState.Deleting);
        await Refused(EfsErrorCode.IncorrectFileSystemLifeCycleState, Aws.State.Subnets[1].SubnetId);
    }

    [Test]
    public Task Six_security_groups_are_SecurityGroupLimitExceeded() => Refused(
        EfsErrorCode.SecurityGroupLimitExceeded, Aws.State.Subnets[1].SubnetId, securityGroups: ["a", "b", "c", "d", "e", "f"]);

    [Test]
    public Task An_unknown_security_group_is_SecurityGroupNotFound() =>
        Refused(EfsErrorCode.SecurityGroupNotFound, Aws.State.Subnets[1].SubnetId, securityGroups: ["sg-none"]);

    [Test]
    public Task Another_zone_than_the_One_Zone_file_systems_is_AvailabilityZonesMismatch() => Refused(
        EfsErrorCode.AvailabilityZonesMismatch,
        Aws.State.Subnets[1].SubnetId,
        fileSystemId: Aws.State.AddFileSystem(oneZone: Aws.State.Subnets[2]).FileSystemId);

    [Test]
    public async Task A_zone_without_EFS_is_UnsupportedAvailabilityZone()
    {
        Aws.State.WithdrawEfsFrom(Aws.State.Subnets[1].AvailabilityZone);
        await Refused(EfsErrorCode.UnsupportedAvailabilityZone, Aws.State.Subnets[1].SubnetId);
    }

    [Test]
    public async Task A_used_up_quota_is_NetworkInterfaceLimitExceeded_and_takes_no_address()
    {
        await using var small = await LocalAwsServer.StartAsync(new LocalAwsOptions { NetworkInterfaceQuota = 1 });
        using var efs = new ElasticFileSystemClient(small.Credentials, small.Configure(new ElasticFileSystemConfig()));
        var free = small.State.Subnets[1].AvailableIpAddressCount;

        var error = await Assert.ThrowsAsync<ElasticFileSystemException>(() => efs.CreateMountTargetAsync(
            new CreateMountTargetRequest { FileSystemId = small.Options.FileSystemId, SubnetId = small.State.Subnets[1].SubnetId }));

        Assert.That(error!.ErrorCode, Is.EqualTo(EfsErrorCode.NetworkInterfaceLimitExceeded));
        Assert.That(small.State.Subnets[1].AvailableIpAddressCount, Is.EqualTo(free));
    }

    [Test]
    public Task An_IPv6_mount_target_in_an_IPv4_subnet_is_BadRequest() =>
        Refused(EfsErrorCode.BadRequest, Aws.State.Subnets[1].SubnetId, ipAddressType: "IPV6_ONLY");

    private async Task Refused(
        string code, string subnetId, string? fileSystemId = null, IReadOnlyList<string>? securityGroups = null, string? ipAddressType = null)
    {
        var before = Aws.State.MountTargets.Count;
        var error = await Assert.ThrowsAsync<ElasticFileSystemException>(() => CreateAsync(subnetId, fileSystemId, securityGroups, ipAddressType));
        Assert.That(error!.ErrorCode, Is.EqualTo(code));
        Assert.That(Aws.State.MountTargets, Has.Count.EqualTo(before));
        Assert.That(Aws.Calls.WithEffect, Is.Empty);
    }

    private Task<MountTargetDescription> CreateAsync(
        string subnetId, string? fileSystemId = null, IReadOnlyList<string>? securityGroups = null, string? ipAddressType = null) =>
        Efs.CreateMountTargetAsync(new CreateMountTargetRequest
        {
            FileSystemId = fileSystemId ?? Aws.Options.FileSystemId,
            SubnetId = subnetId,
            SecurityGroups = securityGroups ?? [],
            IpAddressType = ipAddressType,
        });
}
