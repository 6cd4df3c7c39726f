using System.Text.Json.Serialization.Metadata;
using Amazon.Runtime.Internal;

namespace EfsSharding.Scaling.Aws.Operations;

/// <summary>GET /2015-02-01/file-systems.</summary>
internal sealed class DescribeFileSystems(string fileSystemId) : EfsOperation<FileSystemPage>
{
    public override JsonTypeInfo<FileSystemPage> ReplyType => EfsJsonContext.Default.FileSystemPage;

    public override IRequest Marshal()
    {
        var request = NewRequest("GET", "file-systems");
        request.UseQueryString = true;
        request.Parameters["FileSystemId"] = fileSystemId;
        return request;
    }

    public override string ToString() => $"EFS DescribeFileSystems for {fileSystemId}";
}
