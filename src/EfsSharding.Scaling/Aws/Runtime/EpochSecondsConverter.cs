using System.Text.Json;
using System.Text.Json.Serialization;

namespace EfsSharding.Scaling.Aws.Runtime;

/// <summary>AWS's JSON timestamps: seconds since 1970 with fractions; also ISO 8601, which some stand-ins for AWS write.</summary>
internal sealed class EpochSecondsConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return reader.GetDateTimeOffset();
        }

        try
        {
            // Decimal: a double has no room for the fraction of a second to the last tick.
            return DateTimeOffset.UnixEpoch.AddTicks((long)(reader.GetDecimal() * TimeSpan.TicksPerSecond));
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentOutOfRangeException)
        {
            throw new JsonException("A timestamp is a number of seconds since 1970.", e);
        }
    }

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteNumberValue((decimal)(value - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerSecond);
}
