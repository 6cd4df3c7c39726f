using System.Text.Json.Serialization;

namespace Quickstart;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(QuickstartResult))]
internal sealed partial class QuickstartJsonContext : JsonSerializerContext;
