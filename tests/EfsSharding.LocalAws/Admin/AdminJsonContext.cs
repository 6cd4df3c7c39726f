using System.Text.Json.Serialization;

namespace EfsSharding.LocalAws.Admin;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    WriteIndented = true)]
[JsonSerializable(typeof(FaultDocument))]
[JsonSerializable(typeof(IReadOnlyList<InjectedFault>))]
[JsonSerializable(typeof(IReadOnlyList<LoggedCall>))]
internal sealed partial class AdminJsonContext : JsonSerializerContext;
