using System.Runtime.Versioning;
using System.Text;

namespace EfsSharding.Deploy.Tests.Scripts;

/// <summary>A copy of the scripts, and a PATH that holds stand-ins of the tools they call. Each stand-in writes down how it was called.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class Workshop : IDisposable
{
    public static readonly IReadOnlyList<string> Scripts = [.. Directory.GetFiles(Repository.At("samples", "scripts"), "*.sh").Select(path => Path.GetFileName(path)!).Where(name => name != "steps.sh").Order(StringComparer.Ordinal)];

    // What any system has; everything else is a stand-in or missing.
    private static readonly string[] Basics = ["bash", "basename", "cat", "date", "dirname", "env", "mkdir", "rm", "sed", "sleep", "sort", "tail", "touch", "tr", "uname"];

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("efs-sharding-test-");

    public Workshop()
    {
        foreach (var script in Directory.GetFiles(Repository.At("samples", "scripts")))
        {
            File.Copy(script, In("samples", "scripts", Path.GetFileName(script)));
        }

        Directory.CreateDirectory(In("samples", "terraform"));
        foreach (var name in Basics)
        {
            File.CreateSymbolicLink(In("bin", name), Array.Find([$"/bin/{name}", $"/usr/bin/{name}"], File.Exists) ?? throw new FileNotFoundException($"This system has no {name}."));
        }

        foreach (var tool in StandIns.All)
        {
            Put(tool.Key, tool.Value);
        }
    }

    public Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal) { ["AWS_REGION"] = "eu-west-1" };

    /// <summary>The calls so far, in their order, as <c>tool argument argument</c>.</summary>
    public IReadOnlyList<string> Calls => File.Exists(Log) ? File.ReadAllLines(Log) : [];

    public string TagNote => In("samples", "terraform", "deployed.auto.tfvars.json");

    private string Log => Path.Combine(_root.FullName, "calls");

    /// <summary>Makes a tool of a few lines of shell, that run after it wrote down its call.</summary>
    public void Put(string tool, string script)
    {
        var path = In("bin", tool);
        File.WriteAllText(path, $"#!/bin/bash\necho \"{tool} $*\" >>\"{Log}\"\n{script}\n", new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public void Remove(string tool) => File.Delete(In("bin", tool));

    public Task<ToolRun> RunAsync(string script, params string[] arguments) => ToolRun.RunAsync(
        In("samples", "scripts", script), arguments, new Dictionary<string, string>(Environment) { ["PATH"] = Path.Combine(_root.FullName, "bin"), ["HOME"] = _root.FullName });

    public void Dispose() => _root.Delete(recursive: true);

    private string In(params string[] path)
    {
        var full = Path.Combine([_root.FullName, .. path]);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        return full;
    }
}
