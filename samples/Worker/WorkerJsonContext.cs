using System.Text.Json.Serialization;
using EfsSharding;
using Microsoft.AspNetCore.Mvc;

namespace Worker;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(FileLocation))]
[JsonSerializable(typeof(ListedFile))]
[JsonSerializable(typeof(ProblemDetails))]
internal sealed partial class WorkerJsonContext : JsonSerializerContext;
