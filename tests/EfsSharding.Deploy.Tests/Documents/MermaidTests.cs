using System.Text.Json;

namespace EfsSharding.Deploy.Tests.Documents;

/// <summary>The pictures of the documents render: Mermaid's own parser takes each.</summary>
internal sealed class MermaidTests
{
    private static readonly string Home = Repository.At("tests", "EfsSharding.Deploy.Tests", "mermaid");

    [Test]
    public async Task Every_picture_is_parsed()
    {
        await NodePackages.InstallAsync(Home);
        var pictures = MarkdownDocument.All.SelectMany(document => document.Blocks).Where(block => block.Language == "mermaid").ToList();
        var input = JsonSerializer.Serialize(pictures.Select(picture => string.Join('\n', picture.Lines)));
        var run = (await ToolRun.RunAsync("node", [Path.Combine(Home, "parse.mjs")], input: input)).Succeeded();
        var problems = JsonSerializer.Deserialize<string?[]>(run.Output)!;

        Assert.That(pictures.Select(picture => picture.Path).Distinct(), Is.SupersetOf(new[] { "README.md", "docs/ARCHITECTURE.md", "docs/DEPLOYMENT.md" }));
        Assert.That(problems, Has.Length.EqualTo(pictures.Count));
        Assert.That(pictures.Zip(problems).Where(pair => pair.Second is not null).Select(pair => $"{pair.First.Path}:{pair.First.Line}: {pair.Second}"), Is.Empty);
    }
}
