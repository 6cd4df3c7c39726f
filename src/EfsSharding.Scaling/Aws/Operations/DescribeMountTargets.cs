using System.Text.Json.Serialization.Metadata;
using Amazon.Runtime.Internal;

namespace EfsSharding.Scaling.Aws.Operations;

/// <summary>GET /2015-02-01/mount-targets, one page.</summary>
internal sealed class DescribeMountTargets(string fileSystemId, string? marker) : EfsOperation<MountTargetPage>
{
    public override JsonTypeInfo<MountTargetPage> ReplyType => EfsJsonContext.Default.MountTargetPage;

    public override IRequest Marshal()
    {
        var request = NewRequest("GET", "mount-targets");
        request.UseQueryString = true;
        request.Parameters["FileSystemId"] = fileSystemId;
        if (marker is not null)
        {
            request.Parameters["Marker"] = marker;
        }

        return request;
    }

    public override string ToString() => $"EFS DescribeMountTargets for {fileSystemId}";
}
