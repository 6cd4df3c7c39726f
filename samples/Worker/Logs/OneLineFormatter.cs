using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Worker.Logs;

/// <summary>One event, one line. An exception is its messages, from the outermost in; a stack stands only behind what nobody foresaw, an error, indented.</summary>
internal sealed class OneLineFormatter() : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "line";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var line = new StringBuilder();
        line.Append(CultureInfo.InvariantCulture, $"{Level(logEntry.LogLevel)}: {logEntry.Category}[{logEntry.EventId.Id}] ");
        Append(line, logEntry.Formatter(logEntry.State, logEntry.Exception));
        for (var e = logEntry.Exception; e is not null; e = e.InnerException)
        {
            // What wraps another says its message once more at times.
            if (!line.ToString().Contains(e.Message, StringComparison.Ordinal))
            {
                Append(line.Append(' '), e.Message);
            }
        }

        textWriter.WriteLine(line);
        if (logEntry is { LogLevel: >= LogLevel.Error, Exception: { } unforeseen })
        {
            foreach (var part in unforeseen.ToString().Split('\n'))
            {
                var stack = new StringBuilder("      ");
                Append(stack, part.TrimEnd('\r'));
                textWriter.WriteLine(stack);
            }
        }
    }

    /// <summary>A name may hold a line break, and must not look like another event.</summary>
    private static void Append(StringBuilder line, string text)
    {
        foreach (var character in text)
        {
            _ = char.IsControl(character) || character is '\u2028' or '\u2029' ? line.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}") : line.Append(character);
        }
    }

    private static string Level(LogLevel level) => level switch
    {
        LogLevel.Trace => "trce",
        LogLevel.Debug => "dbug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "fail",
        _ => "crit",
    };
}
