using System.Diagnostics;

namespace EfsSharding.Deploy.Tests;

/// <summary>A program that was run to its end.</summary>
/// <param name="Status">Its exit status.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Error">Its standard error.</param>
internal sealed record ToolRun(int Status, string Output, string Error)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    /// <param name="program">A path, or a name to look for in PATH.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Replaces the whole environment; null leaves it.</param>
    /// <param name="input">Its standard input.</param>
    public static async Task<ToolRun> RunAsync(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string input = "")
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Repository.Root,
        };
        if (environment is not null)
        {
            start.Environment.Clear();
            foreach (var (name, value) in environment)
            {
                start.Environment[name] = value;
            }
        }

        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var error = process.StandardError.ReadToEndAsync(patience.Token);
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
            await process.WaitForExitAsync(patience.Token);
            return new ToolRun(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException e)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} was not done after {Patience}.", e);
        }
    }

    /// <summary>Fails the test unless the program ended well.</summary>
    public ToolRun Succeeded()
    {
        Assert.That(Status, Is.Zero, $"{Output}\n{Error}");
        return this;
    }
}
