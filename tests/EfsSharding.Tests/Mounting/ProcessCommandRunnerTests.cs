using System.Diagnostics;
using EfsSharding.Access;

namespace EfsSharding.Tests.Mounting;

[TestFixture]
[Platform(Exclude = "Win")]
internal sealed class ProcessCommandRunnerTests
{
    private readonly ProcessCommandRunner _runner = new(TimeProvider.System);

    [Test]
    public async Task Tells_the_status_and_the_errors_in_English()
    {
        var result = await _runner.RunAsync("sh", ["-c", "echo out; echo wrong in $LC_ALL >&2; exit 32"], CancellationToken.None);

        Assert.That(result, Is.EqualTo(new CommandResult { ExitCode = 32, Error = "wrong in C" }));
    }

    [Test]
    public async Task Much_output_does_not_block_the_program()
    {
        var result = await _runner.RunAsync("sh", ["-c", "head -c 1000000 /dev/zero; head -c 1000000 /dev/zero | tr '\\000' y >&2"], CancellationToken.None);

        Assert.That(result.ExitCode, Is.Zero);
        Assert.That(result.Error, Has.Length.EqualTo(1_000_000));
    }

    [Test]
    public async Task A_program_that_reads_its_input_finds_the_end()
    {
        Assert.That((await _runner.RunAsync("cat", [], CancellationToken.None)).ExitCode, Is.Zero);
    }

    [Test]
    public async Task A_missing_program_is_told_as_a_shell_would()
    {
        var result = await _runner.RunAsync("mount-of-another-world", [], CancellationToken.None);

        Assert.That(result.ExitCode, Is.EqualTo(CommandResult.NotFound));
        Assert.That(result.Error, Does.Contain("mount-of-another-world"));
    }

    [Test]
    public async Task Cancelling_kills_the_program_and_its_children()
    {
        var pids = Path.GetTempFileName();
        try
        {
            using var cancellation = new CancellationTokenSource();
            var run = _runner.RunAsync("sh", ["-c", "sleep 600 & echo $$ $! > \"$0\"; wait", pids], cancellation.Token);
            var written = "";
            Assert.That(() => written = File.ReadAllText(pids), Does.EndWith("\n").After(10_000, 20));

            await cancellation.CancelAsync();

            Assert.That(async () => await run, Throws.InstanceOf<OperationCanceledException>());
            foreach (var pid in written.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(int.Parse))
            {
                Assert.That(() => IsRunning(pid), Is.False.After(10_000, 20), $"process {pid}");
            }
        }
        finally
        {
            File.Delete(pids);
        }
    }

    private static bool IsRunning(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
