using System.Text.RegularExpressions;

namespace EfsSharding.Deploy.Tests.Documents;

/// <summary>docs/operations.md has every metric, with its kind and unit, and every trace.</summary>
internal sealed partial class MetricTests
{
    private const string Prefix = "efs_sharding.";

    private static readonly Dictionary<string, string> Kinds = new(StringComparer.Ordinal)
    {
        ["Counter"] = "counter",
        ["UpDownCounter"] = "up-down counter",
        ["Histogram"] = "histogram",
        ["Gauge"] = "gauge",
        ["ObservableGauge"] = "gauge",
    };

    [Test]
    public void Every_metric_is_documented_and_none_besides()
    {
        var sources = SourceText.Below(".cs", "src").ToList();
        var constants = sources.SelectMany(text => Constant().Matches(text)).ToLookup(match => match.Groups[1].Value, match => match.Groups[2].Value, StringComparer.Ordinal);
        var metrics = sources.SelectMany(text => Instrument().Matches(text)).Select(match =>
            $"{(match.Groups["literal"].Success ? match.Groups["literal"].Value : constants[match.Groups["constant"].Value].Single())} ({Kinds[match.Groups["kind"].Value]}) {match.Groups["unit"]}");

        var documented = Rows("## Metrics").Where(row => row[0].StartsWith($"`{Prefix}", StringComparison.Ordinal)).Select(row => $"{row[0].Replace("`", "")} {row[1]}");
        Assert.That(documented, Is.EquivalentTo(metrics));
    }

    [Test]
    public void Every_metric_that_a_document_names_exists()
    {
        var names = SourceText.Below(".cs", "src").SelectMany(text => Name().Matches(text)).Select(match => match.Groups[1].Value)
            .Concat(SourceText.Find(Activity(), ".cs", "src").Select(activity => Prefix + activity))
            .ToHashSet(StringComparer.Ordinal);
        var unknown = MarkdownDocument.All.SelectMany(document => document.Spans)
            .Where(span => span.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(span => span.Split('{')[0].Split('<')[0].TrimEnd('.'))
            .Where(span => !names.Contains(span) && span != "efs_sharding");
        Assert.That(unknown, Is.Empty);
    }

    [Test]
    public void Every_operation_that_is_traced_is_documented()
    {
        var traces = MarkdownDocument.At("docs/operations.md");
        var section = string.Join(' ', traces.Prose.SkipWhile(line => line != "## Traces").Skip(1).TakeWhile(line => !line.StartsWith('#')));
        var documented = MarkdownDocument.SpansOf(section).Select(span => span.Split('.')[^1]).ToHashSet(StringComparer.Ordinal);
        Assert.That(SourceText.Find(Activity(), ".cs", "src"), Is.SubsetOf(documented).And.Not.Empty);
    }

    [Test]
    public void Every_metric_of_the_function_is_documented_and_none_besides()
    {
        var metrics = EmbeddedMetric().Matches(File.ReadAllText(Repository.At("samples/ScalerLambda/Telemetry/EmbeddedMetrics.cs"))).Select(match => match.Groups[1].Value).ToList();
        var operations = Rows("## Metrics").SelectMany(row => MarkdownDocument.SpansOf(row[0])).Where(span => !span.Contains('.', StringComparison.Ordinal));
        var readme = MarkdownDocument.At("samples/ScalerLambda/README.md").Prose.SkipWhile(line => !line.StartsWith("Metrics,", StringComparison.Ordinal));
        Assert.That(metrics, Is.Not.Empty);
        Assert.That(operations, Is.EquivalentTo(metrics));
        Assert.That(readme.SelectMany(MarkdownDocument.SpansOf), Is.SupersetOf(metrics));
    }

    private static IEnumerable<string[]> Rows(string heading) => MarkdownDocument.At("docs/operations.md").RowsBelow(heading);

    [GeneratedRegex(@"\.Create(?<kind>Counter|UpDownCounter|Histogram|Gauge|ObservableGauge)(?:<\w+>)?\((?:""(?<literal>[^""]+)""|(?<constant>\w+)), (?:\(\) => [^,]+, )?""(?<unit>[^""]+)"", """, RegexOptions.ExplicitCapture)]
    private static partial Regex Instrument();

    [GeneratedRegex(@"const string (\w+) = ""([^""]+)""")]
    private static partial Regex Constant();

    [GeneratedRegex(@"""(efs_sharding\.[a-z_.]+[a-z])""")]
    private static partial Regex Name();

    [GeneratedRegex(@"StoreTrace\.(?:Start|RunAsync)\(""([a-z_]+)""")]
    private static partial Regex Activity();

    [GeneratedRegex(@"\(""(\w+)"", ""(?:Count|Seconds)"",")]
    private static partial Regex EmbeddedMetric();
}
