using System.Text.Json.Serialization;
using EfsSharding;

namespace Worker;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(FileLocation))]
[JsonSerializable(typeof(ListedFile))]
[JsonSerializable(typeof(ListedEnd))]
internal sealed partial class WorkerJsonContext : JsonSerializerContext;
