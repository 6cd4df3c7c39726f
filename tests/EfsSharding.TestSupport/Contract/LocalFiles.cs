using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace EfsSharding.TestSupport.Contract;

/// <summary>A directory of this machine as the server: a local one, or what a local NFS server exports.</summary>
internal sealed partial class LocalFiles(string rootPath, bool deleteAtEnd = true) : IFilesOnServer
{
    public string RootPath { get; } = rootPath;

    public static LocalFiles CreateTemporary() => new(Directory.CreateTempSubdirectory("efs-sharding-tests-").FullName);

    public void Write(string path, ReadOnlySpan<byte> content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Full(path))!);
        File.WriteAllBytes(Full(path), content);
    }

    public byte[]? Read(string path) => File.Exists(Full(path)) ? File.ReadAllBytes(Full(path)) : null;

    public void Age(string path, TimeSpan age)
    {
        var written = DateTime.UtcNow - age;
        if (Directory.Exists(Full(path)))
        {
            Directory.SetLastWriteTimeUtc(Full(path), written);
        }
        else
        {
            File.SetLastWriteTimeUtc(Full(path), written);
        }
    }

    public bool TryLink(string existing, string path) =>
        !OperatingSystem.IsWindows()
        && (Link(Full(existing), Full(path)) == 0 ? true : throw new IOException(Marshal.GetLastPInvokeErrorMessage()));

    public bool TryMakeSymbolicLink(string path, string target)
    {
        try
        {
            File.CreateSymbolicLink(Full(path), target);
            return true;
        }
        catch (IOException) when (OperatingSystem.IsWindows())
        {
            return false;
        }
    }

    public void RemoveEmptyDirectory(string path)
    {
        try
        {
            Directory.Delete(Full(path), recursive: false);
        }
        catch (IOException)
        {
            // It is not empty, or not there.
        }
    }

    public bool TrySetModified(string path, long seconds)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        using var touch = Process.Start("touch", ["-d", $"@{seconds}", Full(path)]);
        touch.WaitForExit();
        using var stat = Process.Start(new ProcessStartInfo("stat", ["-c", "%Y", Full(path)]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        return stat.StandardOutput.ReadToEnd().Trim() == $"{seconds}";
    }

    public void MakeDirectory(string path) => Directory.CreateDirectory(Full(path));

    public bool TryMakeNode(string path, bool isPipe)
    {
        const int Pipe = 0x1000, Socket = 0xC000;
        return OperatingSystem.IsLinux()
            && (Mknod(Full(path), (isPipe ? Pipe : Socket) | 0x1B6, 0) == 0 ? true : throw new IOException(Marshal.GetLastPInvokeErrorMessage()));
    }

    public bool TryWriteNamed(string directory, ReadOnlySpan<byte> name, bool isDirectory)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        Directory.CreateDirectory(Full(directory));
        byte[] path = [.. Encoding.UTF8.GetBytes(Full(directory)), (byte)'/', .. name, 0];
        var made = isDirectory ? MakeDirectory(path, 0x1FF) : Create(path, 0x1B6);
        return made >= 0 && (isDirectory || Close(made) == 0) ? true : throw new IOException(Marshal.GetLastPInvokeErrorMessage());
    }

    public IReadOnlyList<string> Names(string directory) =>
        Directory.Exists(Full(directory)) ? [.. Directory.EnumerateFileSystemEntries(Full(directory)).Select(p => Path.GetFileName(p)!)] : [];

    public ValueTask DisposeAsync()
    {
        if (deleteAtEnd)
        {
            DeleteAll();
        }

        return ValueTask.CompletedTask;
    }

    private void DeleteAll()
    {
        if (OperatingSystem.IsLinux())
        {
            // The runtime cannot delete what is named by other bytes than UTF-8, or lies too deep.
            using var remove = Process.Start("rm", ["-rf", RootPath]);
            remove.WaitForExit();
            Assert.That(remove.ExitCode, Is.Zero, $"rm -rf {RootPath}");
        }
        else
        {
            Directory.Delete(RootPath, recursive: true);
        }
    }

    private string Full(string path) => Path.Join(RootPath, path);

    [LibraryImport("libc", EntryPoint = "mknod", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Mknod(string path, int mode, nuint device);

    [LibraryImport("libc", EntryPoint = "mkdir", SetLastError = true)]
    private static partial int MakeDirectory(byte[] path, int mode);

    [LibraryImport("libc", EntryPoint = "creat", SetLastError = true)]
    private static partial int Create(byte[] path, int mode);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int file);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string from, string to);
}
