using System.Text.Json.Serialization;

namespace EfsSharding.Discovery;

[JsonSourceGenerationOptions(
    AllowDuplicateProperties = false,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ShardMapDocument))]
internal sealed partial class ShardMapJsonContext : JsonSerializerContext;
