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
        request.Content = JsonSerializer.SerializeToUtf8Bytes(
            new CreateMountTargetBody
            {
                FileSystemId = target.FileSystemId,
                SubnetId = target.SubnetId,
                // An empty list is not the same as none: it would ask for no security group at all.
                SecurityGroups = target.SecurityGroups is { Count: > 0 } groups ? groups : null,
                IpAddressType = target.IpAddressType,
            },
            EfsJsonContext.Default.CreateMountTargetBody);
        return request;
    }

    public override string ToString() => $"EFS CreateMountTarget for {target.FileSystemId} in {target.SubnetId}";
}
