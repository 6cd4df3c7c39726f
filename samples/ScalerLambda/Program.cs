using System.Runtime.InteropServices;
using ScalerLambda;

using var stopping = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

return args switch
{
    ["--once"] => await OneRun.RunAsync(planOnly: false, stopping.Token),
    ["--once", "--plan"] or ["--plan", "--once"] => await OneRun.RunAsync(planOnly: true, stopping.Token),
    [] when Environment.GetEnvironmentVariable(LambdaHost.RuntimeApiVariable) is { Length: > 0 } authority =>
        await LambdaHost.RunAsync(authority, stopping.Token),
    _ => OneRun.Usage(),
};

void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stopping.Cancel();
}
