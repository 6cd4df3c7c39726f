using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using EfsSharding.Scaling;

namespace EfsSharding.Deploy.Tests.Documents;

/// <summary>Each public option stands in a table under its class, with its default, and nothing else does.</summary>
internal sealed partial class OptionTests
{
    private static IEnumerable<Type> OptionClasses { get; } = new[] { typeof(EfsShardingOptions), typeof(EfsScalingOptions) }
        .SelectMany(type => type.Assembly.GetExportedTypes())
        .Where(type => type.Name.EndsWith("Options", StringComparison.Ordinal));

    [TestCaseSource(nameof(OptionClasses))]
    public void Every_option_is_documented_and_none_besides(Type options)
    {
        var documented = Documented(options).SelectMany(row => row.Names).Distinct(StringComparer.Ordinal);
        Assert.That(documented, Is.EquivalentTo(PropertiesOf(options).Select(property => property.Name)));
    }

    [TestCaseSource(nameof(OptionClasses))]
    public void Every_default_is_the_true_one(Type options)
    {
        var made = Activator.CreateInstance(options);
        foreach (var (names, defaults) in Documented(options).Where(row => row.Defaults is not null))
        {
            var told = defaults!.Split(", ");
            for (var i = 0; i < names.Count; i++)
            {
                // What has no default is described in words.
                if (Text(options.GetProperty(names[i])?.GetValue(made)) is { } value)
                {
                    Assert.That(told, Has.Length.EqualTo(names.Count), $"defaults of {string.Join(", ", names)}");
                    Assert.That(Number().Match(told[i].Replace("`", "")).Value, Is.EqualTo(value), $"default of {options.Name}.{names[i]}");
                }
            }
        }
    }

    private static PropertyInfo[] PropertiesOf(Type options) => options.GetProperties(BindingFlags.Public | BindingFlags.Instance);

    /// <summary>Rows of tables that have the class as their head, and lists behind the class's name within a cell.</summary>
    private static IEnumerable<(IReadOnlyList<string> Names, string? Defaults)> Documented(Type options)
    {
        var span = $"`{options.Name}`";
        foreach (var document in MarkdownDocument.All)
        {
            var inTable = false;
            foreach (var line in document.Prose)
            {
                var cells = line.Trim('|', ' ').Split(" | ");
                inTable = line.StartsWith('|') && (inTable || cells[0].Trim() == span);
                if (inTable && cells[0].Trim() != span && cells.Length > 1)
                {
                    yield return ([.. MarkdownDocument.SpansOf(cells[0])], cells[1].Trim());
                }
                else if (!inTable && line.StartsWith('|') && cells.FirstOrDefault(cell => cell.Contains(span + ":", StringComparison.Ordinal)) is { } list)
                {
                    var names = List().Match(list[(list.IndexOf(span, StringComparison.Ordinal) + span.Length)..]).Value;
                    yield return ([.. MarkdownDocument.SpansOf(Aside().Replace(names, ""))], null);
                }
            }
        }
    }

    private static string? Text(object? value) => value switch
    {
        null or "" => null,
        string text => text,
        bool flag => flag ? "true" : "false",
        TimeSpan { TotalSeconds: >= 120 } time => $"{time.TotalMinutes:0} min",
        TimeSpan time => $"{time.TotalSeconds:0} s",
        UnixFileMode mode => "0" + Convert.ToString((int)mode, 8),
        Enum name => name.ToString(),
        IEnumerable => null,
        int bytes when bytes % (1 << 20) == 0 && bytes > 0 => $"{bytes >> 20} MiB",
        int bytes when bytes % (1 << 10) == 0 && bytes > 0 => $"{bytes >> 10} KiB",
        IFormattable number => number.ToString("N0", CultureInfo.InvariantCulture) is { Length: > 5 } grouped ? grouped : number.ToString(null, CultureInfo.InvariantCulture),
        _ => null,
    };

    // Options in a row, separated by commas, with what is in brackets behind them.
    [GeneratedRegex(@"^: (?:`\w+`(?: \([^)]*\)| by id)?(?:, )?)+")]
    private static partial Regex List();

    [GeneratedRegex(@"\([^)]*\)")]
    private static partial Regex Aside();

    [GeneratedRegex(@"^\S+(?: (?:s|min|KiB|MiB)\b)?")]
    private static partial Regex Number();
}
