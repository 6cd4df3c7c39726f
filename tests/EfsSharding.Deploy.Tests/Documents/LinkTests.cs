using System.Text.RegularExpressions;

namespace EfsSharding.Deploy.Tests.Documents;

/// <summary>Whatever the documents lead to is there.</summary>
internal sealed partial class LinkTests
{
    private static IEnumerable<string> Documents => MarkdownDocument.All.Select(document => document.Path);

    [TestCaseSource(nameof(Documents))]
    public void Every_link_leads_somewhere(string path)
    {
        var document = MarkdownDocument.At(path);
        var dead = document.Links.Where(link => !link.Contains("://", StringComparison.Ordinal) && !LeadsSomewhere(document, link));
        Assert.That(dead, Is.Empty, $"links of {path} that lead nowhere");
    }

    [TestCaseSource(nameof(Documents))]
    public void Every_file_that_is_named_exists(string path)
    {
        var document = MarkdownDocument.At(path);
        var named = document.Spans.Concat(document.Blocks.Where(block => block.Language == "sh").SelectMany(block => block.Lines)).SelectMany(text => File().Matches(text));
        var missing = named.Select(match => match.Groups[1].Value.TrimEnd('/', '.', ':')).Where(file => !Exists(file)).Distinct();
        Assert.That(missing, Is.Empty, $"files that {path} names and that do not exist");
    }

    private static bool LeadsSomewhere(MarkdownDocument from, string link)
    {
        var (file, anchor) = link.Split('#', 2) is [var left, var right] ? (left, right) : (link, null);
        var target = file.Length == 0 ? from.Path : Path.GetRelativePath(Repository.Root, Path.GetFullPath(Path.Combine(Repository.Root, Path.GetDirectoryName(from.Path)!, file))).Replace('\\', '/');
        return Exists(target) && (anchor is null || MarkdownDocument.At(target).Anchors.Contains(anchor));
    }

    private static bool Exists(string path) => Path.Exists(Repository.At(path)) || path.StartsWith("samples/terraform/terraform.tfvars", StringComparison.Ordinal);

    [GeneratedRegex(@"(?:^|[\s`""'(=/])((?:samples|src|tests|docs)/[A-Za-z0-9_./-]+)")]
    private static partial Regex File();
}
