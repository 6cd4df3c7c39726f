using System.Text.RegularExpressions;

namespace EfsSharding.Deploy.Tests.Documents;

/// <summary>docs/operations.md has every log event, with its id, level and name, and what it means.</summary>
internal sealed partial class LogEventTests
{
    [Test]
    public void Every_event_is_documented_and_none_besides()
    {
        var sources = SourceText.Below(".cs", "src", "samples").ToList();
        var events = sources.SelectMany(text => Event().Matches(text)).Select(match => $"{match.Groups[1]} {match.Groups[2]} {match.Groups[3]}").ToList();
        Assert.That(events, Has.Count.EqualTo(sources.Sum(text => text.Split("[LoggerMessage(").Length - 1)), "log messages whose id, level and name are plain to see");

        var documented = Rows().Select(row => $"{row[0]} {row[1]} {row[2]}");
        Assert.That(documented, Is.EquivalentTo(events));
    }

    [Test]
    public void Every_event_is_explained() =>
        Assert.That(Rows().Where(row => row.Length < 4 || row[3].Length == 0).Select(row => row[2]), Is.Empty);

    private static IEnumerable<string[]> Rows() => MarkdownDocument.At("docs/operations.md").RowsBelow("## Log events");

    [GeneratedRegex(@"\[LoggerMessage\((\d+), LogLevel\.(\w+), ""(?:[^""\\]|\\.)*"", EventName = ""(\w+)""\)\]")]
    private static partial Regex Event();
}
