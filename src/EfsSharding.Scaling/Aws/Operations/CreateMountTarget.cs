using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Amazon.Runtime.Internal;

namespace EfsSharding.Scaling.Aws.Operations;

/// <summary>POST /2015-02-01/mount-targets.</summary>
internal sealed class CreateMountTarget(CreateMountTargetRequest target) : EfsOperation<MountTargetDescription>
{
    public override JsonTypeInfo<MountTargetDescription> ReplyType => EfsJsonContext.Default.MountTargetDescription;

    public override IRequest Marshal()
    {
        var request = NewRequest("POST", "mount-targets");
        request.Headers["Content-Type"] = "application/json";
        request.Content = JsonSerializer.SerializeToUtf8Bytes(target, EfsJsonContext.Default.CreateMountTargetRequest);
        return request;
    }

    public override string ToString() => $"EFS CreateMountTarget for {target.FileSystemId} in {target.SubnetId}";
}
