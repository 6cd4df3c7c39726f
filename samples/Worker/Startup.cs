using EfsSharding;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Samples;
using Worker.Settings;

namespace Worker;

/// <summary>What the service is made of.</summary>
internal static class Startup
{
    // ECS kills a task 30 s after it asked it to stop, unless stopTimeout says otherwise.
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(25);

    public static void AddFileWorker(this WebApplicationBuilder builder)
    {
        builder.Services.AddStore(new Variables(builder.Configuration.AsEnumerable()));
        builder.Services.AddHealthChecks().AddEfsSharding();
        builder.Services.AddProblemDetails();
        builder.Services.AddExceptionHandler<StoreProblems>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);

        // Files have any size; they are streamed, never held.
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
    }

    public static void UseFileWorker(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseExactPaths();
        app.UseRouting();
        app.MapFiles();
        app.MapRoutes();
        app.MapHealthChecks("/healthz/live", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/healthz/ready");
    }
}
