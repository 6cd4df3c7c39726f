using System.Text.Encodings.Web;
using System.Text.Json;

namespace ScalerLambda.Telemetry;

/// <summary>Writes whole JSON documents, a line each and at once: a frozen function has no time for a queue.</summary>
internal sealed class JsonLines(Stream output)
{
    // Log lines are read by people and by CloudWatch, never put into HTML.
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Lock _gate = new();

    public void Write(Action<Utf8JsonWriter> writeMembers)
    {
        using var line = new MemoryStream();
        using (var json = new Utf8JsonWriter(line, Readable))
        {
            json.WriteStartObject();
            writeMembers(json);
            json.WriteEndObject();
        }

        line.WriteByte((byte)'\n');
        lock (_gate)
        {
            output.Write(line.GetBuffer(), 0, (int)line.Length);
            output.Flush();
        }
    }
}
