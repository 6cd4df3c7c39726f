using System.Diagnostics;

namespace EfsSharding.TestSupport.Servers;

/// <summary>A file system in memory that is soon full.</summary>
internal sealed class SmallDisk : IDisposable
{
    private SmallDisk(string directory) => Directory = directory;

    public string Directory { get; }

    /// <param name="directory">Where; must be there.</param>
    /// <param name="size">As tmpfs takes it, such as 512k.</param>
    public static SmallDisk Mount(string directory, string size)
    {
        Needs.Root();
        if (Run("mount", "-t", "tmpfs", "-o", $"size={size}", "small", directory) is { Length: > 0 } error)
        {
            Needs.Absent("the right to mount a tmpfs", error);
        }

        return new SmallDisk(directory);
    }

    public void Dispose()
    {
        Assert.That(Run("umount", "-l", Directory), Is.Empty);
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? "" : $"status {process.ExitCode}: {error}";
    }
}
