using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace ScalerLambda.Telemetry;

/// <summary>Logs in the form that Lambda's JSON log format has: timestamp, level, requestId, message, and the values of the message by name.</summary>
internal sealed class JsonLoggerProvider(JsonLines lines, TimeProvider timeProvider) : ILoggerProvider
{
    /// <summary>The invocation in progress; a function has one at a time.</summary>
    public string? RequestId { get; set; }

    /// <summary>Whether <see cref="Level"/> knows a name; nothing means INFO.</summary>
    public static bool IsLevel(string? name) => name is null or "TRACE" or "DEBUG" or "INFO" or "WARN" or "ERROR" or "FATAL";

    /// <summary>The least level, from AWS_LAMBDA_LOG_LEVEL: TRACE, DEBUG, INFO, WARN, ERROR or FATAL.</summary>
    public static LogLevel Level(string? name) => name switch
    {
        "TRACE" => LogLevel.Trace,
        "DEBUG" => LogLevel.Debug,
        "WARN" => LogLevel.Warning,
        "ERROR" => LogLevel.Error,
        "FATAL" => LogLevel.Critical,
        _ => LogLevel.Information,
    };

    public ILogger CreateLogger(string categoryName) => new JsonLogger(this, categoryName);

    public void Dispose()
    {
    }

    private void Write<TState>(string category, LogLevel level, EventId eventId, TState state, string message, Exception? exception) => lines.Write(json =>
    {
        json.WriteString("timestamp", timeProvider.GetUtcNow());
        json.WriteString("level", NameOf(level));
        if (RequestId is not null)
        {
            json.WriteString("requestId", RequestId);
        }

        json.WriteString("message", message);
        json.WriteString("category", category);
        json.WriteNumber("eventId", eventId.Id);
        json.WriteString("event", eventId.Name);
        if (exception is not null)
        {
            json.WriteString("exception", exception.ToString());
        }

        if (state is not IReadOnlyList<KeyValuePair<string, object?>> values)
        {
            return;
        }

        json.WriteStartObject("values");
        foreach (var (name, value) in values)
        {
            if (name != "{OriginalFormat}")
            {
                WriteValue(json, name, value);
            }
        }

        json.WriteEndObject();
    });

    private static void WriteValue(Utf8JsonWriter json, string name, object? value)
    {
        switch (value)
        {
            case bool flag:
                json.WriteBoolean(name, flag);
                break;
            case int number:
                json.WriteNumber(name, number);
                break;
            case long number:
                json.WriteNumber(name, number);
                break;
            case double number when double.IsFinite(number):
                json.WriteNumber(name, number);
                break;
            default:
                json.WriteString(name, value?.ToString());
                break;
        }
    }

    private static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Trace => "TRACE",
        LogLevel.Debug => "DEBUG",
        LogLevel.Warning => "WARN",
        LogLevel.Error => "ERROR",
        LogLevel.Critical => "FATAL",
        _ => "INFO",
    };

    private sealed class JsonLogger(JsonLoggerProvider provider, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            provider.Write(category, logLevel, eventId, state, formatter(state, exception), exception);
    }
}
