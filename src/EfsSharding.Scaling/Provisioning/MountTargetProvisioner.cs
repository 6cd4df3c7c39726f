using EfsSharding.Scaling.Aws;
using EfsSharding.Scaling.Diagnostics;
using Microsoft.Extensions.Logging;

namespace EfsSharding.Scaling.Provisioning;

/// <summary>Makes one mount target in one of the zones that have none.</summary>
internal sealed class MountTargetProvisioner(
    IElasticFileSystem efs, EfsScalingOptions options, TimeProvider timeProvider, ILogger<MountTargetProvisioner> logger)
{
    private const int LooksAfterConflict = 3;
    private static readonly TimeSpan LookDelay = TimeSpan.FromSeconds(2);

    /// <param name="zones">What to try, in order.</param>
    /// <param name="before">The mount targets that were there when the decision was made.</param>
    /// <param name="cancellationToken">Gives up; what was made stays, and the next run finds it.</param>
    /// <exception cref="ScalingException">It cannot be made now.</exception>
    public async Task<ProvisionedTarget> AddAsync(
        IReadOnlyList<IReadOnlyList<CandidateSubnet>> zones, IReadOnlyList<MountTargetDescription> before, CancellationToken cancellationToken)
    {
        var refused = new List<string>();
        var skippedZones = new HashSet<string>(StringComparer.Ordinal);
        ElasticFileSystemException? curable = null;
        foreach (var subnet in zones.SelectMany(zone => zone).Where(subnet => !skippedZones.Contains(subnet.Zone)))
        {
            try
            {
                var made = await efs.CreateMountTargetAsync(RequestIn(subnet), cancellationToken).ConfigureAwait(false);
                logger.MountTargetCreated(made.MountTargetId, subnet.SubnetId, subnet.Zone);
                return new ProvisionedTarget(made, $"{made.MountTargetId} in {subnet.SubnetId}, {subnet.Zone}{Describe(refused)}");
            }
            catch (ElasticFileSystemException e)
            {
                logger.CreateMountTargetRefused(subnet.SubnetId, subnet.Zone, e.ErrorCode, e.Message);
                refused.Add($"{subnet.SubnetId}, {subnet.Zone}: {e.ErrorCode}");
                var refusal = CreateRefusals.Of(e.ErrorCode);
                if (refusal == CreateRefusal.Stop)
                {
                    throw Failed(subnet, e);
                }

                // The SDK repeats a call whose answer was lost, and what it then hears may be about what the first one made.
                if (await FindNewAsync(before, refusal == CreateRefusal.LookAgain ? LooksAfterConflict : 1, cancellationToken).ConfigureAwait(false) is { } found)
                {
                    return new ProvisionedTarget(found, $"{found.MountTargetId} in {found.SubnetId}, which was made by another run");
                }

                curable = refusal == CreateRefusal.SkipZone ? curable : e;
                if (refusal != CreateRefusal.NextSubnet)
                {
                    skippedZones.Add(subnet.Zone);
                }
            }
        }

        return curable is null
            ? new ProvisionedTarget(null, $"no zone takes one{Describe(refused)}")
            : throw new ScalingException(
                $"No subnet took a mount target of {options.FileSystemId}{Describe(refused)}. The last answer that can be helped was {curable.ErrorCode}: {curable.Message} "
                + CreateRefusals.Advice(curable.ErrorCode),
                curable);
    }

    private static string Describe(List<string> refused) => refused.Count == 0 ? "" : $" (EFS refused {string.Join("; ", refused)})";

    private CreateMountTargetRequest RequestIn(CandidateSubnet subnet) => new()
    {
        FileSystemId = options.FileSystemId,
        SubnetId = subnet.SubnetId,
        SecurityGroups = [.. options.SecurityGroupIds],
        IpAddressType = options.IpAddressType,
    };

    /// <summary>
    /// A conflict says that the zone is taken: by a parallel run, or by an earlier attempt of this very call whose answer was lost. Either way
    /// the one more that was decided is there, though EFS may not list it at once.
    /// </summary>
    private async Task<MountTargetDescription?> FindNewAsync(IReadOnlyList<MountTargetDescription> before, int looks, CancellationToken cancellationToken)
    {
        for (var look = 1; ; look++)
        {
            var now = await efs.DescribeMountTargetsAsync(options.FileSystemId, cancellationToken).ConfigureAwait(false);
            var found = MountTargetStates.FindNew(now, before);
            if (found is not null || look == looks)
            {
                return found;
            }

            await Task.Delay(LookDelay, timeProvider, cancellationToken).ConfigureAwait(false);
        }
    }

    private ScalingException Failed(CandidateSubnet subnet, ElasticFileSystemException e) => new(
        $"EFS made no mount target of {options.FileSystemId} in {subnet.SubnetId} ({subnet.Zone}): {e.ErrorCode}: {e.Message} {CreateRefusals.Advice(e.ErrorCode)}", e);
}
