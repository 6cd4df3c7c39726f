using System.Runtime.InteropServices;

namespace EfsSharding.Tests.Storage.Contract;

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

    public IReadOnlyList<string> Names(string directory) =>
        Directory.Exists(Full(directory)) ? [.. Directory.EnumerateFileSystemEntries(Full(directory)).Select(p => Path.GetFileName(p)!)] : [];

    public ValueTask DisposeAsync()
    {
        if (deleteAtEnd)
        {
            Directory.Delete(RootPath, recursive: true);
        }

        return ValueTask.CompletedTask;
    }

    private string Full(string path) => Path.Join(RootPath, path);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string from, string to);
}
