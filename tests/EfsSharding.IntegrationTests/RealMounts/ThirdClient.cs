using EfsSharding.TestSupport.Contract;

namespace EfsSharding.IntegrationTests.RealMounts;

/// <summary>
/// The files as a client without any cache sees and changes them. Not in the server's own directory: the server remembers what it
/// found there and would not notice. Disposing unmounts all, so that no test inherits the caches of another.
/// </summary>
internal sealed class ThirdClient : IFilesOnServer
{
    private const string MountPoint = "/mnt/third-client";

    private readonly LocalFiles _files = new(MountPoint, deleteAtEnd: false);

    public ThirdClient(GuestServer server)
    {
        Directory.CreateDirectory(MountPoint);
        GuestServer.Run(
            "mount", "-t", "nfs4", "-o", "nfsvers=4.1,noresvport,nosharecache,actimeo=0,lookupcache=none", $"{server.Addresses[0]}:/", MountPoint);
        GuestServer.Run("find", MountPoint, "-mindepth", "1", "-delete");
    }

    public void Write(string path, ReadOnlySpan<byte> content) => _files.Write(path, content);

    public byte[]? Read(string path) => _files.Read(path);

    public void Age(string path, TimeSpan age) => _files.Age(path, age);

    public bool TryLink(string existing, string path) => _files.TryLink(existing, path);

    public bool TryMakeSymbolicLink(string path, string target) => _files.TryMakeSymbolicLink(path, target);

    public void RemoveEmptyDirectory(string path) => _files.RemoveEmptyDirectory(path);

    public bool TrySetModified(string path, long seconds) => _files.TrySetModified(path, seconds);

    public void MakeDirectory(string path) => _files.MakeDirectory(path);

    public bool TryMakeNode(string path, bool isPipe) => _files.TryMakeNode(path, isPipe);

    public bool TryWriteNamed(string directory, ReadOnlySpan<byte> name, bool isDirectory) => _files.TryWriteNamed(directory, name, isDirectory);

    public IReadOnlyList<string> Names(string directory) => _files.Names(directory);

    public ValueTask DisposeAsync()
    {
        RealMountsFixture.UnmountEverything();
        return ValueTask.CompletedTask;
    }
}
