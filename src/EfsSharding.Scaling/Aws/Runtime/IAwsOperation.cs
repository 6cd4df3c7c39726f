using Amazon.Runtime.Internal;

namespace EfsSharding.Scaling.Aws.Runtime;

/// <summary>What a call puts on the wire. <see cref="object.ToString"/> names it in error messages.</summary>
internal interface IAwsOperation
{
    IRequest Marshal();
}
