using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace EfsSharding.TestSupport.Samples;

/// <summary>A built sample as a process of its own, with an environment that holds nothing but what the test gives it.</summary>
internal sealed class SampleProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly string[] Kept = ["PATH", "HOME", "DOTNET_ROOT", "TMPDIR", "TEMP", "TMP", "SystemRoot"];

    private readonly Process _process;
    private readonly BlockingCollection<string> _output = [];
    private readonly List<string> _outputLines = [];
    private readonly List<string> _errorLines = [];

    private SampleProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, e) => Keep(_outputLines, e.Data);
        process.ErrorDataReceived += (_, e) => Keep(_errorLines, e.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>What it has written to standard output so far.</summary>
    public IReadOnlyList<string> Output
    {
        get
        {
            lock (_outputLines)
            {
                return [.. _outputLines];
            }
        }
    }

    public string Error
    {
        get
        {
            lock (_errorLines)
            {
                return string.Join('\n', _errorLines);
            }
        }
    }

    public int Id => _process.Id;

    private static string Dotnet => Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";

    /// <param name="sample">The sample's directory.</param>
    /// <param name="assembly">The name of its assembly.</param>
    /// <param name="environment">All of its environment but what a process needs to start.</param>
    /// <param name="args">Its arguments.</param>
    public static SampleProcess Start(string sample, string assembly, IEnumerable<KeyValuePair<string, string>> environment, params string[] args)
    {
        return StartExecutable(Dotnet, environment, [Path.Combine(BuiltDirectory(sample), assembly + ".dll"), .. args]);
    }

    /// <summary>The same as process 1, as in a container. Needs root.</summary>
    public static SampleProcess StartInPidNamespace(string sample, string assembly, IEnumerable<KeyValuePair<string, string>> environment) => StartExecutable(
        "unshare", environment, "--pid", "--fork", "--mount-proc", "--kill-child", Dotnet, Path.Combine(BuiltDirectory(sample), assembly + ".dll"));

    /// <summary>The same with at most so many open files.</summary>
    public static SampleProcess StartWithOpenFiles(int openFiles, string sample, string assembly, IEnumerable<KeyValuePair<string, string>> environment) => StartExecutable(
        "/bin/sh", environment, "-c", $"ulimit -n {openFiles}; exec \"$0\" \"$@\"", Dotnet, Path.Combine(BuiltDirectory(sample), assembly + ".dll"));

    /// <summary>The same for a program that needs no runtime.</summary>
    public static SampleProcess StartExecutable(string path, IEnumerable<KeyValuePair<string, string>> environment, params string[] args)
    {
        var start = new ProcessStartInfo(path, args)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var kept = Kept.Select(name => (name, value: Environment.GetEnvironmentVariable(name))).Where(v => v.value is not null).ToList();
        start.Environment.Clear();
        foreach (var (name, value) in kept)
        {
            start.Environment[name] = value;
        }

        // A developer's own AWS profile must not reach the sample.
        start.Environment["AWS_CONFIG_FILE"] = start.Environment["AWS_SHARED_CREDENTIALS_FILE"] = Path.Combine(AppContext.BaseDirectory, "no-such-file");
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new SampleProcess(new Process { StartInfo = start });
    }

    /// <summary>Waits for the process to end by itself.</summary>
    /// <returns>Its exit status.</returns>
    public async Task<int> ExitAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    /// <summary>Waits for a line on standard output.</summary>
    public string WaitForLine(Func<string, bool> isIt)
    {
        using var patience = new CancellationTokenSource(Patience);
        foreach (var line in _output.GetConsumingEnumerable(patience.Token))
        {
            if (isIt(line))
            {
                return line;
            }
        }

        throw new AssertionException($"The process ended without the line.\n{string.Join('\n', Output)}\n{Error}");
    }

    /// <summary>Asks it to stop, as ECS and Lambda do.</summary>
    public void Terminate() => Assert.That(Kill(_process.Id, SigTerm), Is.Zero);

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
        _output.Dispose();
    }

    private const int SigTerm = 15;

    // Built beside the tests, in the same configuration and for the same framework: …/tests/<project>/bin/<configuration>/<framework>/.
    private static string BuiltDirectory(string sample)
    {
        var framework = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var repository = framework.Parent!.Parent!.Parent!.Parent!.Parent!;
        return Path.Combine(repository.FullName, "samples", sample, "bin", framework.Parent.Name, framework.Name);
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int processId, int signal);

    private void Keep(List<string> lines, string? line)
    {
        if (line is null)
        {
            if (ReferenceEquals(lines, _outputLines))
            {
                _output.CompleteAdding();
            }

            return;
        }

        lock (lines)
        {
            lines.Add(line);
        }

        if (ReferenceEquals(lines, _outputLines))
        {
            _output.Add(line);
        }
    }
}
