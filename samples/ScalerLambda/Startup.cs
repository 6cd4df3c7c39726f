using EfsSharding.Scaling;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Samples;
using ScalerLambda.Telemetry;

namespace ScalerLambda;

/// <summary>What the function is made of.</summary>
internal static class Startup
{
    /// <summary>Builds the services; fails when the environment is incomplete.</summary>
    /// <param name="variables">The environment.</param>
    /// <param name="logs">Where logs and metrics go.</param>
    /// <exception cref="SettingsException">A variable is missing or wrong; names them all.</exception>
    public static ServiceProvider Build(Variables variables, Stream logs)
    {
        var settings = new ScalerSettings(variables);
        settings.Check();

        var services = new ServiceCollection();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(new JsonLines(logs));
        services.AddSingleton<JsonLoggerProvider>();
        services.AddSingleton<ILoggerProvider>(p => p.GetRequiredService<JsonLoggerProvider>());
        services.AddLogging(logging => logging.SetMinimumLevel(JsonLoggerProvider.Level(settings.LogLevel)));
        services.AddSingleton<EmbeddedMetrics>();
        services.AddSingleton<ScalerFunction>();
        services.AddEfsShardingScaling(settings.Apply);
        if (settings.CountsOverNfs)
        {
            services.AddEfsShardingScalingDirectNfs(settings.Apply, settings.Apply);
        }

        return services.BuildServiceProvider();
    }
}
