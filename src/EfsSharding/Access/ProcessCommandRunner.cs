using System.ComponentModel;
using System.Diagnostics;

namespace EfsSharding.Access;

internal sealed class ProcessCommandRunner(TimeProvider timeProvider) : ICommandRunner
{
    /// <summary>A killed process is gone at once, unless the kernel holds it in a call that cannot be interrupted.</summary>
    private static readonly TimeSpan KillTimeout = TimeSpan.FromSeconds(2);

    public async Task<CommandResult> RunAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var process = new Process { StartInfo = Describe(program, arguments) };
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            return new CommandResult { ExitCode = CommandResult.NotFound, Error = $"{program}: {e.Message}" };
        }

        process.StandardInput.Close();
        try
        {
            var error = ReadAsync(process.StandardError);
            await ReadAsync(process.StandardOutput).WaitAsync(cancellationToken).ConfigureAwait(false);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            return new CommandResult { ExitCode = process.ExitCode, Error = (await error.WaitAsync(cancellationToken).ConfigureAwait(false)).Trim() };
        }
        catch (OperationCanceledException)
        {
            await KillAsync(process).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>A pipe is read by blocking, which takes a thread for as long as the program hangs: not one of the pool.</summary>
    private static Task<string> ReadAsync(StreamReader pipe) => Task.Factory.StartNew(
        static p => ReadToEnd((StreamReader)p!), pipe, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>What is read after the program was killed is wanted by nobody.</summary>
    private static string ReadToEnd(StreamReader pipe)
    {
        try
        {
            return pipe.ReadToEnd();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return "";
        }
    }

    private static ProcessStartInfo Describe(string program, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        // The advice that goes with an error knows the messages in English.
        start.Environment["LC_ALL"] = "C";
        return start;
    }

    /// <summary>mount starts mount.nfs4, which is the one that waits: the whole tree goes.</summary>
    private async Task KillAsync(Process process)
    {
        process.Kill(entireProcessTree: true);
        using var timeout = new CancellationTokenSource(KillTimeout, timeProvider);
        await process.WaitForExitAsync(timeout.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
