using EfsSharding.Scaling;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Samples;

namespace ScalerLambda;

/// <summary>Outside Lambda: one run, its report on standard output and its logs on standard error.</summary>
internal static class OneRun
{
    public static async Task<int> RunAsync(bool planOnly, CancellationToken stopping)
    {
        ServiceProvider? services = null;
        ScalingPipeline pipeline;
        try
        {
            services = Startup.Build(Variables.OfProcess(), Console.OpenStandardError());
            pipeline = services.GetRequiredService<ScalingPipeline>();
        }
        catch (Exception e)
        {
            // A wrong setting, or no Region: where it was thrown helps nobody who can put it right.
            await Console.Error.WriteLineAsync(e is OptionsValidationException invalid ? string.Join(" ", invalid.Failures) : e.Message);
            await (services?.DisposeAsync() ?? ValueTask.CompletedTask);
            return 1;
        }

        await using (services)
        {
            return await RunAsync(pipeline, planOnly, stopping);
        }
    }

    private static async Task<int> RunAsync(ScalingPipeline pipeline, bool planOnly, CancellationToken stopping)
    {
        try
        {
            var report = await pipeline.RunAsync(new ScalingRunOptions { PlanOnly = planOnly ? true : null }, stopping);
            await Console.Out.WriteLineAsync(report.ToJson());
            return report.Error is null ? 0 : 1;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("Stopped before the end of the run. Run it again: it goes on from where it came to.");
            return 1;
        }
    }

    public static int Usage()
    {
        Console.Error.WriteLine("""
            Scales one EFS file system: counts its files, adds a mount target above the threshold, publishes the shard map, rolls the ECS service.

              bootstrap                 inside Lambda (provided.al2023), which sets AWS_LAMBDA_RUNTIME_API
              bootstrap --once          one run; its report is the last line of standard output; exit status 0, or 1 when it failed
              bootstrap --once --plan   the same without changing anything

            Environment: EFS_FILE_SYSTEM_ID, TARGET_DIRECTORY, SSM_PARAMETER_NAME; FILE_COUNT_THRESHOLD (100000), VPC_ID,
            SECURITY_GROUP_ID (comma-separated), ECS_CLUSTER_NAME with ECS_SERVICE_NAME, AWS_LAMBDA_LOG_LEVEL (INFO),
            EFS_ACCESS (mounted) or direct with EFS_TLS (true), EFS_IAM (false), EFS_ACCESS_POINT_ID, EFS_NFS_PORT (2049);
            every other option by its name: EfsScaling__CoolDown, DirectNfs__UserId, DirectNfsTls__ServerName.
            """);
        return 2;
    }
}
