using System.Text.Json.Serialization;
using EfsSharding.Scaling.Aws.Runtime;

namespace EfsSharding.Scaling.Aws.Operations;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(EpochSecondsConverter)])]
[JsonSerializable(typeof(DescribeServicesBody))]
[JsonSerializable(typeof(DescribeServicesReply))]
[JsonSerializable(typeof(UpdateServiceBody))]
[JsonSerializable(typeof(UpdateServiceReply))]
internal sealed partial class EcsJsonContext : JsonSerializerContext;
