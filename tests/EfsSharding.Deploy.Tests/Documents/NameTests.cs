using System.Text.RegularExpressions;

namespace EfsSharding.Deploy.Tests.Documents;

/// <summary>Names of code in the documents are names in the code.</summary>
internal sealed partial class NameTests
{
    /// <summary>What AWS and .NET name, or a file, and no source of ours.</summary>
    private static readonly string[] Foreign = ["CannotPullContainerError", "FullyQualifiedName", "PublicAPI"];

    private static readonly Lazy<HashSet<string>> Words = new(() => new[] { ".cs", ".tf", ".sh", ".csproj", ".txt", ".cake" }
        .SelectMany(extension => SourceText.Below(extension, "src", "samples", "tests"))
        .Append(File.ReadAllText(Repository.At("build.cake")))
        .SelectMany(text => Word().Matches(text))
        .Select(match => match.Value)
        .ToHashSet(StringComparer.Ordinal));

    [Test]
    public void Every_name_of_code_that_a_document_uses_exists()
    {
        // One hump is a word like any other; two are a name.
        var names = MarkdownDocument.All
            .SelectMany(document => document.Spans.SelectMany(span => Name().Matches(span)).Select(match => (document.Path, Name: match.Value)))
            .Where(use => !Foreign.Contains(use.Name) && !Words.Value.Contains(use.Name));
        Assert.That(names.Distinct(), Is.Empty);
    }

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();

    [GeneratedRegex(@"\b[A-Z][a-z0-9]+(?:[A-Z][A-Za-z0-9]*)+\b")]
    private static partial Regex Name();
}
