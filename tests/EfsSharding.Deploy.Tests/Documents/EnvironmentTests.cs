using System.Text.RegularExpressions;

namespace EfsSharding.Deploy.Tests.Documents;

/// <summary>Each environment variable that the samples read is documented, and none besides.</summary>
internal sealed partial class EnvironmentTests
{
    /// <summary>What AWS's own libraries and Lambda read or set, without a word in our sources.</summary>
    private static readonly string[] Foreign = ["AWS_REGION", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_EFS", "AWS_ENDPOINT_URL_ECS"];

    /// <summary>Lambda sets it, and no user does.</summary>
    private static readonly string[] Lambda = ["AWS_LAMBDA_RUNTIME_API"];

    [Test]
    public void The_README_has_every_variable_and_none_besides()
    {
        var documented = MarkdownDocument.At("README.md").RowsBelow("### Environment variables").SelectMany(row => MarkdownDocument.SpansOf(row[0]));
        Assert.That(documented.Except(Foreign), Is.EquivalentTo(Read("samples").Except(Lambda)));
    }

    [TestCase("Worker")]
    [TestCase("ScalerLambda")]
    public void The_README_of_a_sample_has_its_variables(string sample)
    {
        var uses = Directory.EnumerateFiles(Repository.At("samples", sample), "*.cs", SearchOption.AllDirectories).Any(file => File.ReadAllText(file).Contains("DirectNfsSettings", StringComparison.Ordinal));
        var read = Read([$"samples/{sample}", .. uses ? ["samples/Shared"] : Array.Empty<string>()]).Except(Lambda);
        var rows = MarkdownDocument.At($"samples/{sample}/README.md").Prose.Where(line => line.StartsWith("| `", StringComparison.Ordinal));
        var documented = rows.SelectMany(row => MarkdownDocument.SpansOf(row.Split(" | ")[0])).Where(span => Whole().IsMatch(span));
        Assert.That(documented.Except(Foreign), Is.EquivalentTo(read));
    }

    private static IEnumerable<string> Read(params string[] directories) => SourceText.Find(Literal(), ".cs", directories).Distinct();

    [GeneratedRegex(@"""([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)""")]
    private static partial Regex Literal();

    [GeneratedRegex("^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$")]
    private static partial Regex Whole();
}
