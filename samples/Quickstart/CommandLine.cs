using System.Globalization;

namespace Quickstart;

/// <summary>What the user asked for.</summary>
/// <param name="Files">How many files to write.</param>
/// <param name="Json">Whether the last line of the output is the result as JSON.</param>
internal sealed record CommandLine(int Files, bool Json)
{
    public const string Usage = """
        Writes files through a store, lets the scaling pipeline add a mount target, and reads every file back.

          --files N   how many files, 1 to 10000000 (default 3000)
          --json      print the result as one line of JSON, last
        """;

    private const int DefaultFiles = 3000;
    private const int MaxFiles = 10_000_000;

    /// <exception cref="FormatException">An option is unknown or has a wrong value.</exception>
    public static CommandLine Parse(IReadOnlyList<string> args)
    {
        var parsed = new CommandLine(DefaultFiles, Json: false);
        for (var i = 0; i < args.Count; i++)
        {
            parsed = args[i] switch
            {
                "--json" => parsed with { Json = true },
                "--files" => parsed with { Files = Number(++i < args.Count ? args[i] : "") },
                _ => throw new FormatException($"{args[i]} is not an option."),
            };
        }

        return parsed;
    }

    private static int Number(string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= MaxFiles
            ? number
            : throw new FormatException($"--files takes a number of 1 to {MaxFiles}, not '{value}'.");
}
