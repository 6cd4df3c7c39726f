using System.Text.Json.Serialization;
using EfsSharding;

namespace Worker;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(FileLocation))]
[JsonSerializable(typeof(ListedFile))]
internal sealed partial class WorkerJsonContext : JsonSerializerContext;
