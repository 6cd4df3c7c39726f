using System.Diagnostics;
using System.Text;
using EfsSharding.Volumes.Directories.Linux;

namespace EfsSharding.Scaling.Tests.Counting;

/// <summary>A directory of its own for one test.</summary>
/// <param name="parent">Where it is made; null for memory where that is possible, as the tests make many files.</param>
internal sealed class TemporaryTree(string? parent = null) : IDisposable
{
    public string Root { get; } = (parent ?? (Directory.Exists("/dev/shm") ? "/dev/shm" : null)) is { } place
        ? Directory.CreateDirectory(Path.Combine(place, $"efs-count-{Guid.NewGuid():N}")).FullName
        : Directory.CreateTempSubdirectory("efs-count-").FullName;

    public string PathOf(params string[] names) => Path.Combine([Root, .. names]);

    public static void AddFiles(string directory, int count)
    {
        Directory.CreateDirectory(directory);
        for (var i = 0; i < count; i++)
        {
            File.WriteAllBytes(Path.Combine(directory, $"f{i}"), []);
        }
    }

    /// <summary>A chain of directories, one file in each, of any depth: deeper than a path can say.</summary>
    public unsafe void AddChain(string name, int depth)
    {
        fixed (byte* root = Encoding.UTF8.GetBytes(Root + "\0"), directory = Encoding.UTF8.GetBytes(name + "\0"), file = "file\0"u8)
        {
            var current = LinuxCalls.Openat(LinuxCalls.AT_FDCWD, root, LinuxCalls.O_DIRECTORY, 0);
            for (var i = 0; i < depth; i++)
            {
                Check(LinuxCalls.Mkdirat(current, directory, 0x1C0));
                var next = LinuxCalls.Openat(current, directory, LinuxCalls.O_DIRECTORY, 0);
                Check(next);
                Check(LinuxCalls.Close(LinuxCalls.Openat(next, file, LinuxCalls.O_CREAT | LinuxCalls.O_WRONLY, 0x180)));
                _ = LinuxCalls.Close(current);
                current = next;
            }

            _ = LinuxCalls.Close(current);
        }
    }

    public void Dispose()
    {
        // Directory.Delete cannot remove what is deeper than a path can say.
        using var remove = OperatingSystem.IsWindows() ? null : Process.Start("rm", ["-rf", Root]);
        remove?.WaitForExit();
        if (Directory.Exists(Root))
        {
            Directory.Delete(Root, recursive: true);
        }
    }

    private static void Check(int result)
    {
        if (result < 0)
        {
            throw new IOException($"errno {LinuxError.Last}");
        }
    }
}
