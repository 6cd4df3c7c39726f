using System.Text.RegularExpressions;

namespace EfsSharding.Deploy.Tests.Terraform;

/// <summary>
/// What <c>terraform fmt</c> demands, as far as a reader sees it: two spaces for each line that opened brackets, the equals signs of arguments that
/// follow each other in one column, no blanks at the end of a line, and one line feed at the end of the file.
/// </summary>
internal static partial class CanonicalFormat
{
    private const int Indent = 2;

    /// <returns>One sentence for each line that is not as it should be.</returns>
    public static IEnumerable<string> Problems(string file, string text)
    {
        var lines = text.Split('\n');
        var open = new Stack<int>();
        var arguments = new List<(int Line, int Column, int Name)>();
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i];
            foreach (var problem in OfLine(line, i > 0 ? lines[i - 1] : null))
            {
                yield return $"{file}:{i + 1}: {problem}";
            }

            var code = Code(line);
            var balance = Balance(code);
            Close(open, -balance);
            var expected = open.Count * Indent;
            var actual = line.Length - line.TrimStart(' ').Length;
            if (line.Trim().Length > 0 && actual != expected)
            {
                yield return $"{file}:{i + 1}: is indented by {actual} blanks, not {expected}: {line.Trim()}";
            }

            // A blank line, a comment, an argument of several lines or the end of a block ends a column of equals signs.
            var argument = Argument().Match(code);
            var goesOn = argument.Success && balance == 0;
            if (goesOn)
            {
                arguments.Add((i + 1, argument.Groups["name"].Index + argument.Groups["name"].Length + argument.Groups["blanks"].Length, argument.Groups["name"].Index + argument.Groups["name"].Length));
            }

            if (!goesOn || i == lines.Length - 1)
            {
                foreach (var problem in Misaligned(file, arguments))
                {
                    yield return problem;
                }

                arguments.Clear();
                if (argument.Success && argument.Groups["blanks"].Length != 1)
                {
                    yield return $"{file}:{i + 1}: has {argument.Groups["blanks"].Length} blanks before the equals sign, not 1: {line.Trim()}";
                }
            }

            if (balance > 0)
            {
                open.Push(balance);
            }
        }

        if (!text.EndsWith('\n') || text.EndsWith("\n\n", StringComparison.Ordinal))
        {
            yield return $"{file}: does not end with one line feed";
        }
    }

    private static IEnumerable<string> OfLine(string line, string? previous)
    {
        if (line.Length > 0 && char.IsWhiteSpace(line[^1]))
        {
            yield return "has blanks at its end";
        }

        if (line.Contains('\t', StringComparison.Ordinal))
        {
            yield return "has a tab";
        }

        if (UnspacedEquals().IsMatch(Code(line)))
        {
            yield return $"has no single blank behind the equals sign: {line.Trim()}";
        }

        if (line.Length == 0 && previous is { Length: 0 })
        {
            yield return "is a second empty line in a row";
        }
    }

    private static IEnumerable<string> Misaligned(string file, List<(int Line, int Column, int Name)> arguments)
    {
        if (arguments.Count == 0)
        {
            return [];
        }

        var column = arguments.Max(argument => argument.Name) + 1;
        return arguments.Where(argument => argument.Column != column).Select(argument => $"{file}:{argument.Line}: has its equals sign in column {argument.Column + 1}, not {column + 1}");
    }

    /// <summary>Takes back the indents of brackets that a line closes. All that one line opened are one indent, until the last is closed.</summary>
    private static void Close(Stack<int> open, int closed)
    {
        while (closed > 0 && open.TryPop(out var opened))
        {
            if (opened > closed)
            {
                open.Push(opened - closed);
            }

            closed -= opened;
        }
    }

    private static int Balance(string code) => code.Count(c => c is '{' or '[' or '(') - code.Count(c => c is '}' or ']' or ')');

    /// <summary>The line with strings emptied and without its comment, so that brackets in them do not count.</summary>
    private static string Code(string line)
    {
        var code = Strings().Replace(line, match => $"\"{new string('x', match.Length - 2)}\"");
        var comment = code.IndexOf('#', StringComparison.Ordinal);
        return comment < 0 ? code : code[..comment];
    }

    // A string may hold ${…} with strings in it.
    [GeneratedRegex("""
        "(?:[^"\\$]|\\.|\$(?!\{)|\$\{(?:[^"}]|"(?:[^"\\]|\\.)*")*\})*"
        """)]
    private static partial Regex Strings();

    [GeneratedRegex("""^\s*(?<name>[A-Za-z_"][\w."-]*)(?<blanks> *)=(?![=>])""")]
    private static partial Regex Argument();

    [GeneratedRegex("""^\s*[A-Za-z_][\w-]* *=(?![=>])(?! \S|$)""")]
    private static partial Regex UnspacedEquals();
}
