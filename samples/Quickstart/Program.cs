using System.Text.Json;
using Quickstart;
using Quickstart.Display;

if (args is ["--help" or "-h"])
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
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stopping.Cancel();
};

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
    await Console.Error.WriteLineAsync("Stopped.");
    return 1;
}
