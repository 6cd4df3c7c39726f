using System.Text.RegularExpressions;

namespace EfsSharding.Deploy.Tests.Documents;

/// <summary>The documents have the variables, with their defaults, and the alarms of samples/terraform.</summary>
internal sealed partial class DeploymentTests
{
    [Test]
    public void Every_variable_is_documented_with_its_default_and_none_besides()
    {
        var variables = SourceText.Below(".tf", "samples/terraform").SelectMany(text => Variable().Matches(text))
            .ToDictionary(match => match.Groups[1].Value, match => Default().Match(match.Value).Groups[1].Value.Trim('"'), StringComparer.Ordinal);
        var rows = MarkdownDocument.At("docs/DEPLOYMENT.md").RowsBelow("## Customising").ToList();
        Assert.That(rows.SelectMany(row => MarkdownDocument.SpansOf(row[0])), Is.EquivalentTo(variables.Keys));
        foreach (var row in rows)
        {
            var names = MarkdownDocument.SpansOf(row[0]).ToList();
            var told = row[1].Split(", ");
            foreach (var (name, i) in names.Select((name, i) => (name, i)).Where(pair => variables[pair.name] is not ("" or "null" or "[]" or "{}")))
            {
                Assert.That(told, Has.Length.EqualTo(names.Count), $"defaults of {string.Join(", ", names)}");
                Assert.That(told[i].Split(' ')[0].Trim('`'), Is.EqualTo(variables[name]), $"default of {name}");
            }
        }
    }

    [Test]
    public void Every_alarm_is_explained_and_none_besides()
    {
        var alarms = SourceText.Find(Alarm(), ".tf", "samples/terraform").ToList();
        var documented = MarkdownDocument.At("docs/operations.md").RowsBelow("## Alarms").ToList();
        Assert.That(alarms, Is.Not.Empty);
        Assert.That(documented.SelectMany(row => MarkdownDocument.SpansOf(row[0])), Is.EquivalentTo(alarms));
        Assert.That(documented, Has.All.Length.EqualTo(3));
    }

    [GeneratedRegex(@"^variable ""(\w+)"" \{$.*?^\}$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Variable();

    [GeneratedRegex(@"^  default +=\s*(.+?)\s*$", RegexOptions.Multiline)]
    private static partial Regex Default();

    [GeneratedRegex(@"alarm_name +=\s*""\$\{var\.name\}-([a-z-]+)""")]
    private static partial Regex Alarm();
}
