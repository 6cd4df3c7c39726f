using System.Text.RegularExpressions;

namespace EfsSharding.Deploy.Tests.Documents;

/// <summary>One simple command of what a document tells to run: its words, without assignments, redirections and comments.</summary>
internal sealed partial record ShellCommand(IReadOnlyList<string> Words)
{
    public static IEnumerable<ShellCommand> In(IReadOnlyList<string> lines)
    {
        var text = Quoted().Replace(Comment().Replace(string.Join('\n', lines), "").Replace("\\\n", " "), "QUOTED");

        // What is substituted is a command as well.
        var all = Substitution().Matches(text).Select(match => match.Groups[1].Value).Prepend(Substitution().Replace(text, "VALUE"));
        return all.SelectMany(piece => Separator().Split(piece))
            .Select(command => Word().Matches(command).Select(match => match.Value.Trim('\'', '"', '(', ')')).SkipWhile(word => Assignment().IsMatch(word)).ToList())
            .Where(words => words.Count > 0 && words[0] != "-")
            .SelectMany(Nested);
    }

    /// <summary>The word behind another.</summary>
    public string After(string word) => Words.SkipWhile(w => w != word).Skip(1).First();

    /// <summary>The words behind another.</summary>
    public IReadOnlyList<string> Behind(string word) => [.. Words.SkipWhile(w => w != word).Skip(1)];

    public override string ToString() => string.Join(' ', Words);

    // tests/kernel-nfs runs the command behind its --.
    private static IEnumerable<ShellCommand> Nested(IReadOnlyList<string> words)
    {
        yield return new ShellCommand(words);
        var command = new ShellCommand(words);
        if (words[0] == "tests/kernel-nfs" && command.Behind("--") is { Count: > 0 } inner && inner[0] != "COMMAND")
        {
            yield return new ShellCommand(inner);
        }
    }

    [GeneratedRegex(@"(?:(?<=\s)|^)#.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\$\(([^()]+)\)")]
    private static partial Regex Substitution();

    // A text with blanks is for the command that it is given to.
    [GeneratedRegex(@"'[^'\n]*\s[^'\n]*'")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\s*(?:\n|&&|\|\||\||;|(?<![>&])&(?![&\-\d]))\s*")]
    private static partial Regex Separator();

    [GeneratedRegex(@"(?:'[^']*'|""(?:[^""\\]|\\.)*""|[^\s'""])+")]
    private static partial Regex Word();

    [GeneratedRegex(@"^[A-Z_][A-Z0-9_]*=")]
    private static partial Regex Assignment();
}
