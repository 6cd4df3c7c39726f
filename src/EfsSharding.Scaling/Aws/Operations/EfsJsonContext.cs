using System.Text.Json.Serialization;

namespace EfsSharding.Scaling.Aws.Operations;

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FileSystemPage))]
[JsonSerializable(typeof(MountTargetPage))]
[JsonSerializable(typeof(CreateMountTargetBody))]
internal sealed partial class EfsJsonContext : JsonSerializerContext;
