using System.Runtime.InteropServices;
using System.Text.Json;
using Quickstart;
using Quickstart.Display;

const int stopped = 130;
if (args.Any(static arg => arg is "--help" or "-h"))
{
    Console.WriteLine(CommandLine.Usage);
    return 0;
}

CommandLine commandLine;
try
{
    commandLine = CommandLine.Parse(args);
}
catch (FormatException e)
{
    await Console.Error.WriteLineAsync($"{e.Message}\n\n{CommandLine.Usage}");
    return 2;
}

using var stopping = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);

try
{
    await using var account = await DemoAccount.StartAsync(commandLine.Files, stopping.Token);
    IDemoDisplay display = Console.IsOutputRedirected ? new PlainDisplay(Console.Out) : new TerminalDisplay();
    var result = await new Demo(account, display, commandLine.Files).RunAsync(stopping.Token);
    if (commandLine.Json)
    {
        Console.WriteLine(JsonSerializer.Serialize(result, QuickstartJsonContext.Default.QuickstartResult));
    }

    return result.FilesVerified == commandLine.Files ? 0 : 1;
}
catch (DemoFailedException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
catch (OperationCanceledException) when (stopping.IsCancellationRequested)
{
    await Console.Error.WriteLineAsync("Stopped; nothing was left behind.");
    return stopped;
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException)
{
    await Console.Error.WriteLineAsync($"{e.Message.ReplaceLineEndings(" ")} The files are in {Path.GetTempPath()}; TMPDIR names another place.");
    return 1;
}

void Stop(PosixSignalContext context)
{
    // The second one ends the process at once.
    context.Cancel = !stopping.IsCancellationRequested;
    stopping.Cancel();
}
