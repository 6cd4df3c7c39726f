using EfsSharding;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Samples;
using Worker.Connections;
using Worker.Paths;
using Worker.Settings;

namespace Worker;

/// <summary>What the service is made of.</summary>
internal static class Startup
{
    // ECS kills a task 30 s after it asked it to stop, unless stopTimeout says otherwise.
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(25);

    public static void AddFileWorker(this WebApplicationBuilder builder)
    {
        var variables = new Variables(builder.Configuration.AsEnumerable());
        var connections = ConnectionLimit.Read(variables);
        ListenVariables.Check(builder.Configuration["urls"], builder.Configuration["http_ports"], variables.Problems);
        builder.Services.AddStore(variables);
        builder.Services.AddHealthChecks().AddEfsSharding();
        builder.Services.AddProblemDetails();
        builder.Services.AddExceptionHandler<StoreProblems>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);

        if (connections is { } limit)
        {
            builder.Services.AddSingleton<IConnectionListenerFactory>(services => new BoundedListenerFactory(
                ActivatorUtilities.CreateInstance<SocketTransportFactory>(services), limit, services.GetRequiredService<ILogger<BoundedListenerFactory>>()));
        }

        // Files have any size; they are streamed, never held.
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
    }

    public static void UseFileWorker(this WebApplication app)
    {
        app.UseBrokenReplies();
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
