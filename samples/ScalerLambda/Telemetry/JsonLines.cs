using System.Text.Json;

namespace ScalerLambda.Telemetry;

/// <summary>Writes whole JSON documents, a line each and at once: a frozen function has no time for a queue.</summary>
internal sealed class JsonLines(Stream output)
{
    private readonly Lock _gate = new();

    public void Write(Action<Utf8JsonWriter> writeMembers)
    {
        using var line = new MemoryStream();
        using (var json = new Utf8JsonWriter(line))
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
