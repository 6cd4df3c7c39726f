using EfsSharding.Scaling;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ScalerLambda.Telemetry;

namespace ScalerLambda;

/// <summary>What the function is made of.</summary>
internal static class Startup
{
    /// <summary>Builds the services; fails when the environment is incomplete.</summary>
    /// <param name="environment">Reads a variable.</param>
    /// <param name="logs">Where logs and metrics go.</param>
    public static ServiceProvider Build(Func<string, string?> environment, Stream logs)
    {
        var settings = new ScalerSettings(environment);
        settings.Apply(new EfsScalingOptions());

        var services = new ServiceCollection();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(new JsonLines(logs));
        services.AddSingleton<JsonLoggerProvider>();
        services.AddSingleton<ILoggerProvider>(p => p.GetRequiredService<JsonLoggerProvider>());
        services.AddLogging(logging => logging.SetMinimumLevel(JsonLoggerProvider.Level(environment("AWS_LAMBDA_LOG_LEVEL"))));
        services.AddSingleton<EmbeddedMetrics>();
        services.AddSingleton<ScalerFunction>();
        services.AddEfsShardingScaling(settings.Apply);
        if (settings.Nfs is { } nfs)
        {
            services.AddEfsShardingScalingDirectNfs(nfs.Apply, nfs.Apply);
        }

        return services.BuildServiceProvider();
    }
}
