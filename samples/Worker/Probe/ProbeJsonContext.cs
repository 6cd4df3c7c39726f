using System.Text.Json;
using System.Text.Json.Serialization;
using EfsSharding;

namespace Worker.Probe;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, Converters = [typeof(SecondsConverter)])]
[JsonSerializable(typeof(NfsServerReport))]
internal sealed partial class ProbeJsonContext : JsonSerializerContext;
