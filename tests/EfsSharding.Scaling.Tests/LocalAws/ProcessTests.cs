using System.Diagnostics;
using EfsSharding.LocalAws;

namespace EfsSharding.Scaling.Tests.LocalAws;

/// <summary>LocalAws as a process of its own.</summary>
public class ProcessTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [TestCase("TERM")]
    [TestCase("INT")]
    [Platform("Linux,MacOsX", Reason = "Windows has no signals to send.")]
    public async Task Prints_what_to_export_and_ends_on_a_signal(string signal)
    {
        using var process = Start("--port", "0", "--mount-targets", "2", "--region", "eu-west-1");
        using var patience = new CancellationTokenSource(Patience);
        List<string> lines = [];
        while (lines.Count < 10 && await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            lines.Add(line);
        }

        var endpoint = lines.Single(line => line.StartsWith("export AWS_ENDPOINT_URL=", StringComparison.Ordinal)).Split('=')[1];
        using var http = new HttpClient();
        var state = await http.GetStringAsync($"{endpoint}/_local/state", patience.Token);
        using var kill = Process.Start(new ProcessStartInfo("kill", [$"-{signal}", process.Id.ToString()]) { UseShellExecute = false });
        await process.WaitForExitAsync(patience.Token);

        Assert.That(lines, Does.Contain("export AWS_REGION=eu-west-1").And.Contain($"export EFS_FILE_SYSTEM_ID={new LocalAwsOptions().FileSystemId}"));
        Assert.That(state, Does.Contain("eu-west-1b"));
        Assert.That(process.ExitCode, Is.Zero);
    }

    [TestCase("--port", "x")]
    [TestCase("--port")]
    [TestCase("--nonsense", "1")]
    [TestCase("--mount-targets", "4")]
    public async Task A_wrong_option_is_told_with_the_usage(params string[] args)
    {
        using var process = Start(args);
        using var patience = new CancellationTokenSource(Patience);

        var error = await process.StandardError.ReadToEndAsync(patience.Token);
        await process.WaitForExitAsync(patience.Token);

        Assert.That(process.ExitCode, Is.EqualTo(2));
        Assert.That(error, Does.Contain("--availability-zones"));
    }

    private static Process Start(params string[] args)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(typeof(LocalAwsServer).Assembly.Location);
        foreach (var arg in args)
        {
            start.ArgumentList.Add(arg);
        }

        return Process.Start(start)!;
    }
}
