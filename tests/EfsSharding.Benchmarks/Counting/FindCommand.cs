using System.Diagnostics;
using System.Globalization;

namespace EfsSharding.Benchmarks.Counting;

/// <summary><c>find -type f | wc -l</c>, as a whole command.</summary>
internal static class FindCommand
{
    public static long Count(string root)
    {
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", "find \"$0\" -type f | wc -l", root]) { RedirectStandardOutput = true, UseShellExecute = false })
            ?? throw new InvalidOperationException("sh did not start");
        var output = shell.StandardOutput.ReadToEnd();
        shell.WaitForExit();
        return long.Parse(output, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);
    }
}
