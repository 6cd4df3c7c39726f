using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Worker.Logs;

namespace EfsSharding.Scaling.Tests.Samples;

/// <summary>A name, which a client chose, cannot pretend to be another event.</summary>
[TestFixture]
internal sealed class OneLineFormatterTests
{
    private const string Forged = "a\nfail: Forged[1] \r\u001b[31m\u0085b\u2028c\u2029d\u0000";
    private const string Escaped = "a\\u000afail: Forged[1] \\u000d\\u001b[31m\\u0085b\\u2028c\\u2029d\\u0000";

    [Test]
    public void Message_IsOneLine() => Assert.That(Write(LogLevel.Warning, Forged, null), Is.EqualTo($"warn: Some.Category[7] {Escaped}{Environment.NewLine}"));

    [Test]
    public void Exceptions_AreTheirMessages_InTheSameLine() => Assert.That(
        Write(LogLevel.Warning, "It failed.", new IOException(Forged, new IOException("Why."))),
        Is.EqualTo($"warn: Some.Category[7] It failed. {Escaped} Why.{Environment.NewLine}"));

    [Test]
    public void Stack_OfAnError_IsIndented_SoThatNoLineOfItLooksLikeAnEvent()
    {
        var lines = Write(LogLevel.Error, "It failed.", Thrown(new InvalidOperationException(Forged))).TrimEnd().Split('\n');
        Assert.Multiple(() =>
        {
            Assert.That(lines[0], Does.StartWith($"fail: Some.Category[7] It failed. {Escaped}"));
            Assert.That(lines[1..], Has.All.StartsWith("      "));
            Assert.That(lines[1..], Has.Some.Contains(nameof(Thrown)));
            Assert.That(string.Concat(lines), Does.Not.Contain('\u001b').And.Not.Contain('\u0085').And.Not.Contain('\u2028').And.Not.Contain('\0'));
        });
    }

    [TestCase(LogLevel.Trace, "trce: ")]
    [TestCase(LogLevel.Debug, "dbug: ")]
    [TestCase(LogLevel.Information, "info: ")]
    [TestCase(LogLevel.Critical, "crit: ")]
    public void Level_IsFourLetters(LogLevel level, string start) => Assert.That(Write(level, "x", null), Does.StartWith(start));

    private static InvalidOperationException Thrown(InvalidOperationException exception)
    {
        try
        {
            throw exception;
        }
        catch (InvalidOperationException e)
        {
            return e;
        }
    }

    private static string Write(LogLevel level, string message, Exception? exception)
    {
        using var writer = new StringWriter();
        new OneLineFormatter().Write(new LogEntry<string>(level, "Some.Category", new EventId(7), message, exception, static (text, _) => text), null, writer);
        return writer.ToString();
    }
}
