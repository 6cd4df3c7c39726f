using System.Text.RegularExpressions;

namespace EfsSharding.Deploy.Tests.Documents;

/// <summary>A document of the repository, taken apart as far as these tests look at it.</summary>
internal sealed partial class MarkdownDocument
{
    private MarkdownDocument(string path)
    {
        Path = path;
        var blocks = new List<CodeBlock>();
        var prose = new List<string>();
        var lines = File.ReadAllLines(Repository.At(path));
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].TrimStart().StartsWith("```", StringComparison.Ordinal))
            {
                var language = lines[i].Trim()[3..];
                var text = lines.Skip(i + 1).TakeWhile(line => line.Trim() != "```").ToList();
                blocks.Add(new CodeBlock(path, i + 1, language, text));
                i += text.Count + 1;
            }
            else if (lines[i].StartsWith("    ", StringComparison.Ordinal) && (i == 0 || lines[i - 1].Length == 0 || (blocks.Count > 0 && blocks[^1].End == i)))
            {
                // Four blanks behind an empty line: a block as well.
                var text = lines.Skip(i).TakeWhile(line => line.StartsWith("    ", StringComparison.Ordinal)).Select(line => line[4..]).ToList();
                blocks.Add(new CodeBlock(path, i, "sh", text));
                i += text.Count - 1;
            }
            else
            {
                prose.Add(lines[i]);
            }
        }

        Blocks = blocks;
        Prose = prose;
    }

    /// <summary>Relative to the root of the repository, with <c>/</c>.</summary>
    public string Path { get; }

    public IReadOnlyList<CodeBlock> Blocks { get; }

    /// <summary>The lines outside of blocks.</summary>
    public IReadOnlyList<string> Prose { get; }

    /// <summary>Every document, but not those of packages and what was built.</summary>
    public static IReadOnlyList<MarkdownDocument> All { get; } = [.. Directory
        .EnumerateFiles(Repository.Root, "*.md", SearchOption.AllDirectories)
        .Select(file => System.IO.Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'))
        .Where(path => !path.Split('/').Any(part => part is "bin" or "obj" or "artifacts" or "node_modules" or ".git"))
        .Order(StringComparer.Ordinal)
        .Select(path => new MarkdownDocument(path))];

    public static MarkdownDocument At(string path) => All.Single(document => document.Path == path);

    /// <summary>The text of each <c>code span</c>.</summary>
    public IEnumerable<string> Spans => Prose.SelectMany(line => Span().Matches(line)).Select(match => match.Groups[1].Value);

    /// <summary>What each link leads to.</summary>
    public IEnumerable<string> Links => Prose.SelectMany(line => Link().Matches(Span().Replace(line, "code"))).Select(match => match.Groups[1].Value);

    /// <summary>The anchors of the headings, as GitHub makes them.</summary>
    public IEnumerable<string> Anchors => Prose.Where(line => line.StartsWith('#')).Select(line => AnchorOf(line.TrimStart('#').Trim()));

    /// <summary>The rows of every table below a heading, up to the next of its rank, without the tables' heads: the cells of each.</summary>
    public IEnumerable<string[]> RowsBelow(string heading)
    {
        var rank = heading.TakeWhile(c => c == '#').Count();
        var section = Prose.SkipWhile(line => line != heading).Skip(1).TakeWhile(line => !IsHeading(line, rank)).ToList();
        Assert.That(section, Is.Not.Empty, $"{Path} has no heading '{heading}'");
        return section
            .Where((line, i) => line.StartsWith('|') && !IsRule(line) && !(i + 1 < section.Count && IsRule(section[i + 1])))
            .Select(line => line.Trim('|', ' ').Split(" | ").Select(cell => cell.Trim().TrimEnd('|').Trim()).ToArray());
    }

    /// <summary>The text of each <c>code span</c> of a cell.</summary>
    public static IEnumerable<string> SpansOf(string cell) => Span().Matches(cell).Select(match => match.Groups[1].Value);

    private static bool IsHeading(string line, int rank) => line.StartsWith('#') && line.TakeWhile(c => c == '#').Count() <= rank;

    private static bool IsRule(string line) => line.StartsWith("| ---", StringComparison.Ordinal);

    private static string AnchorOf(string heading) =>
        string.Concat(heading.ToLowerInvariant().Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_')).Replace(' ', '-');

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Span();

    [GeneratedRegex(@"\[[^\]]*\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
