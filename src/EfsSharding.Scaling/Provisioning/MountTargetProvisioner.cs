using EfsSharding.Scaling.Aws;
using Microsoft.Extensions.Logging;

namespace EfsSharding.Scaling.Provisioning;

/// <summary>Makes one mount target in one of the zones that have none.</summary>
internal sealed class MountTargetProvisioner(IElasticFileSystem efs, EfsScalingOptions options, ILogger<MountTargetProvisioner> logger)
{
    /// <param name="zones">What to try, in order.</param>
    /// <param name="before">The mount targets that were there when the decision was made.</param>
    /// <param name="cancellationToken">Gives up; what was made stays, and the next run finds it.</param>
    /// <exception cref="ScalingException">It cannot be made now.</exception>
    public async Task<ProvisionedTarget> AddAsync(
        IReadOnlyList<IReadOnlyList<CandidateSubnet>> zones, IReadOnlyList<MountTargetDescription> before, CancellationToken cancellationToken)
    {
        var skippedZones = new Dictionary<string, string>(StringComparer.Ordinal);
        ElasticFileSystemException? curable = null;
        foreach (var subnet in zones.SelectMany(zone => zone))
        {
            if (skippedZones.ContainsKey(subnet.Zone))
            {
                continue;
            }

            try
            {
                var made = await efs.CreateMountTargetAsync(RequestIn(subnet), cancellationToken).ConfigureAwait(false);
                logger.MountTargetCreated(made.MountTargetId, subnet.SubnetId, subnet.Zone);
                return new ProvisionedTarget(made, $"{made.MountTargetId} in {subnet.SubnetId}, {subnet.Zone}");
            }
            catch (ElasticFileSystemException e)
            {
                logger.CreateMountTargetRefused(subnet.SubnetId, subnet.Zone, e.ErrorCode, e.Message);
                switch (CreateRefusals.Of(e.ErrorCode))
                {
                    case CreateRefusal.LookAgain when await FindNewAsync(before, cancellationToken).ConfigureAwait(false) is { } found:
                        return new ProvisionedTarget(found, $"{found.MountTargetId} in {found.SubnetId}, which came meanwhile");
                    case CreateRefusal.LookAgain:
                        curable = e;
                        skippedZones.Add(subnet.Zone, e.ErrorCode);
                        break;
                    case CreateRefusal.NextSubnet:
                        curable = e;
                        break;
                    case CreateRefusal.SkipZone:
                        skippedZones.Add(subnet.Zone, e.ErrorCode);
                        break;
                    default:
                        throw Failed(subnet, e);
                }
            }
        }

        return curable is null
            ? new ProvisionedTarget(null, "no zone takes one" + (skippedZones.Count == 0 ? "" : $" ({string.Join(", ", skippedZones.Select(zone => $"{zone.Key}: {zone.Value}"))})"))
            : throw new ScalingException(
                $"No subnet took a mount target of {options.FileSystemId}; the last answer was {curable.ErrorCode}: {curable.Message} "
                + "Give the subnets free addresses, or add a subnet in a zone without a mount target.", curable);
    }

    private CreateMountTargetRequest RequestIn(CandidateSubnet subnet) => new()
    {
        FileSystemId = options.FileSystemId,
        SubnetId = subnet.SubnetId,
        SecurityGroups = [.. options.SecurityGroupIds],
        IpAddressType = options.IpAddressType,
    };

    /// <summary>
    /// A conflict says that the zone is taken: by a parallel run, or by an earlier attempt of this very call whose answer was lost. Either way
    /// the one more that was decided is there.
    /// </summary>
    private async Task<MountTargetDescription?> FindNewAsync(IReadOnlyList<MountTargetDescription> before, CancellationToken cancellationToken)
    {
        var now = await efs.DescribeMountTargetsAsync(options.FileSystemId, cancellationToken).ConfigureAwait(false);
        return MountTargetStates.FindNew(now, before);
    }

    private ScalingException Failed(CandidateSubnet subnet, ElasticFileSystemException e) => new(
        $"EFS made no mount target of {options.FileSystemId} in {subnet.SubnetId} ({subnet.Zone}): {e.ErrorCode}: {e.Message} {CreateRefusals.Advice(e.ErrorCode)}", e);
}
