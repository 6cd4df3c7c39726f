using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace EfsSharding.Scaling.Publishing;

[JsonSerializable(typeof(JsonObject))]
internal sealed partial class PublishedJsonContext : JsonSerializerContext;
