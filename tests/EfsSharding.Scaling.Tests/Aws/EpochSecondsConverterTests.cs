using System.Text.Json;
using EfsSharding.Scaling.Aws.Operations;

namespace EfsSharding.Scaling.Tests.Aws;

public class EpochSecondsConverterTests
{
    [TestCase("0", "1970-01-01T00:00:00Z")]
    [TestCase("1747000000", "2025-05-11T21:46:40Z")]
    [TestCase("1747000000.125", "2025-05-11T21:46:40.125Z")]
    [TestCase("1.747E9", "2025-05-11T21:46:40Z")]
    [TestCase("1747000000.1234567", "2025-05-11T21:46:40.1234567Z")]
    [TestCase("\"2025-05-11T21:46:40Z\"", "2025-05-11T21:46:40Z")]
    public void Reads_seconds_with_fractions_and_ISO_8601(string json, string expected) =>
        Assert.That(Read(json), Is.EqualTo(DateTimeOffset.Parse(expected)));

    [TestCase("1e30")]
    [TestCase("1e300")]
    [TestCase("-99999999999999")]
    [TestCase("\"yesterday\"")]
    [TestCase("true")]
    public void Refuses_what_is_no_time(string json) => Assert.That(() => Read(json), Throws.InstanceOf<JsonException>());

    [FsCheck.NUnit.Property]
    public bool Reads_what_it_writes(DateTimeOffset time)
    {
        var json = JsonSerializer.Serialize(time, EcsJsonContext.Default.DateTimeOffset);
        return Read(json) == time;
    }

    private static DateTimeOffset Read(string json) => JsonSerializer.Deserialize(json, EcsJsonContext.Default.DateTimeOffset);
}
