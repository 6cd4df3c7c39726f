using Microsoft.Extensions.DependencyInjection;
using Samples;
using ScalerLambda.Runtime;

namespace ScalerLambda;

/// <summary>Inside Lambda: builds the function once, then handles events.</summary>
internal static class LambdaHost
{
    public const string RuntimeApiVariable = "AWS_LAMBDA_RUNTIME_API";

    public static async Task<int> RunAsync(string authority, CancellationToken stopping)
    {
        using var api = new RuntimeApi(authority);
        ServiceProvider services;
        ScalerFunction function;
        try
        {
            services = Startup.Build(Variables.OfProcess(), Console.OpenStandardOutput());
            function = services.GetRequiredService<ScalerFunction>();
        }
        catch (Exception e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            await api.FailInitAsync(FunctionError.From("Scaler.InitFailed", e), stopping);
            return 1;
        }

        await using (services)
        {
            await new InvocationLoop(api, function.HandleAsync, TimeProvider.System).RunAsync(stopping);
        }

        return 0;
    }
}
