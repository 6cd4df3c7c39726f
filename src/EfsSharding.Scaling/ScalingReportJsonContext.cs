using System.Text.Json.Serialization;

namespace EfsSharding.Scaling;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ScalingReport))]
internal sealed partial class ScalingReportJsonContext : JsonSerializerContext;
