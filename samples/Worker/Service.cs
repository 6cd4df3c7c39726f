using Worker.Logs;

namespace Worker;

/// <summary>The service, from its start to its end.</summary>
internal static class Service
{
    /// <returns>The exit status: 0 when it was asked to stop, 1 when it could not start; why is one line on standard error.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        IConfiguration configuration = new ConfigurationBuilder().AddEnvironmentVariables().Build();
        var stopping = CancellationToken.None;
        try
        {
            var builder = WebApplication.CreateSlimBuilder(args);
            configuration = builder.Configuration;
            var started = new StartedFlag();
            builder.AddFileWorker();
            builder.AddWorkerLogging(started);
            await using var app = builder.Build();
            stopping = app.Lifetime.ApplicationStopping;
            app.UseFileWorker();
            await app.StartAsync();
            started.Set();
            await app.WaitForShutdownAsync();
            return 0;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("Stopped before it had started.");
            return 0;
        }
        catch (Exception e)
        {
            await Console.Error.WriteLineAsync(StartFailure.Describe(e, configuration));
            return 1;
        }
    }
}
