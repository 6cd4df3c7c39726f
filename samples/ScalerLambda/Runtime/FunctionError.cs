using System.Text;
using System.Text.Json;

namespace ScalerLambda.Runtime;

/// <summary>A failure in the form that Lambda hands to the caller and counts in its metric Errors.</summary>
/// <param name="Type">For the header Lambda-Runtime-Function-Error-Type, as <c>Category.Reason</c>.</param>
/// <param name="Message">What happened, to what, and what to do next.</param>
/// <param name="Exception">Where its stack trace comes from, if there is one.</param>
internal sealed record FunctionError(string Type, string Message, Exception? Exception = null)
{
    public static FunctionError From(string type, Exception exception) => new(type, $"{exception.GetType().Name}: {exception.Message}", exception);

    /// <summary>The error document; a report rides along so that the caller of a failed run still has it.</summary>
    public byte[] ToJson(string? report)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("errorMessage", Message);
            json.WriteString("errorType", Type);
            json.WriteStartArray("stackTrace");
            foreach (var line in (Exception?.StackTrace ?? "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                json.WriteStringValue(line);
            }

            json.WriteEndArray();
            if (report is not null)
            {
                json.WritePropertyName("report");
                json.WriteRawValue(Encoding.UTF8.GetBytes(report));
            }

            json.WriteEndObject();
        }

        return bytes.ToArray();
    }
}
