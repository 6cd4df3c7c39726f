using Amazon;
using Amazon.Runtime;

namespace EfsSharding.Nfs.Tls;

/// <summary>The DNS name under which EFS proves itself, and the region that it lies in.</summary>
internal static class MountTargetName
{
    public static string Of(string fileSystemId, DirectNfsTlsOptions options)
    {
        if (options.ServerName is { } given)
        {
            return given;
        }

        var region = RegionOf(options);
        return $"{fileSystemId}.efs.{region}.{options.DnsSuffix ?? RegionEndpoint.GetBySystemName(region).PartitionDnsSuffix}";
    }

    /// <exception cref="InvalidOperationException">There is no region in the options, nor one that the AWS SDK finds.</exception>
    public static string RegionOf(DirectNfsTlsOptions options) =>
        options.Region
        ?? FallbackRegionFactory.GetRegionEndpoint()?.SystemName
        ?? throw new InvalidOperationException(
            $"TLS to EFS needs the region of the file systems, and none was found. Set {nameof(DirectNfsTlsOptions)}.{nameof(DirectNfsTlsOptions.Region)} or AWS_REGION.");
}
