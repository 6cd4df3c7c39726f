using System.Globalization;
using Samples;

namespace Worker.Connections;

/// <summary>How many connections are open at once: so many that the process cannot run out of file descriptors, which ends a .NET process.</summary>
internal static class ConnectionLimit
{
    private const string OpenFiles = "Max open files";
    private const string LimitsFile = "/proc/self/limits";
    private const string DescriptorsDirectory = "/proc/self/fd";

    // What comes later than the start: assemblies, each of which the runtime keeps open, and the ways to AWS and the mount targets.
    private const int Reserved = 96;

    // A connection, the file that it reads or writes, and the directory of that.
    private const int EachConnection = 3;
    private const int Least = 4;

    /// <summary><c>Worker__MaxConnections</c>, else what the limit of open files allows.</summary>
    /// <returns>Null where the system has no such limit to read.</returns>
    public static int? Read(Variables variables)
    {
        var limit = File.Exists(LimitsFile) ? Of(File.ReadAllText(LimitsFile), Directory.GetFileSystemEntries(DescriptorsDirectory).Length) : null;
        var section = new OptionVariables(variables, "Worker");
        section.Number<int>("MaxConnections", value =>
        {
            limit = value;
            if (value < 1)
            {
                section.Refuse("MaxConnections", "1 or more");
            }
        });
        section.RefuseOthers();
        return limit;
    }

    /// <param name="limits">The text of <c>/proc/self/limits</c>.</param>
    /// <param name="open">The descriptors that are open already.</param>
    public static int? Of(string limits, int open) =>
        limits.Split('\n').FirstOrDefault(static line => line.StartsWith(OpenFiles, StringComparison.Ordinal)) is { } line
        && long.TryParse(line[OpenFiles.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], NumberStyles.None, CultureInfo.InvariantCulture, out var files)
            ? (int)Math.Clamp((files - open - Reserved) / EachConnection, Least, int.MaxValue)
            : null;
}
