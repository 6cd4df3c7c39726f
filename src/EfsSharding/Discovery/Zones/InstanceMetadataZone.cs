using Amazon.Util;

namespace EfsSharding.Discovery.Zones;

/// <summary>The zone of an EC2 instance, from its metadata service (IMDSv2), as the AWS SDK asks it.</summary>
internal sealed class InstanceMetadataZone : IZoneSource
{
    public string Name => "the EC2 instance metadata";

    public async Task<string?> FindAsync(CancellationToken cancellationToken)
    {
        if (!EC2InstanceMetadata.IsIMDSEnabled)
        {
            return null;
        }

        var lines = await EC2InstanceMetadata.GetItemsAsync("/placement/availability-zone").WaitAsync(cancellationToken).ConfigureAwait(false);
        return lines?.FirstOrDefault();
    }
}
