using Microsoft.Extensions.Logging.Console;

namespace Worker.Logs;

/// <summary>What the service logs, and how.</summary>
internal static class WorkerLogging
{
    // It logs a failed start, stack and all, which the program itself says in one message.
    private const string Host = "Microsoft.Extensions.Hosting.Internal.Host";

    public static void AddWorkerLogging(this WebApplicationBuilder builder, StartedFlag started)
    {
        builder.Services.AddSingleton<ConsoleFormatter, OneLineFormatter>();
        var formatter = builder.Configuration["Logging:Console:FormatterName"] ?? OneLineFormatter.FormatterName;
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.FormatterName = formatter);

        // Each request is logged otherwise. Logging__LogLevel__Microsoft.AspNetCore says it differently.
        builder.Services.Configure<LoggerFilterOptions>(static filter => filter.Rules.Insert(0, new LoggerFilterRule(null, "Microsoft.AspNetCore", LogLevel.Warning, null)));
        builder.Logging.AddFilter(Host, level => started.IsSet && level >= LogLevel.Information);
    }
}
