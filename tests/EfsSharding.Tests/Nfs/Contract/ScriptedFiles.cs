using EfsSharding.TestSupport.Contract;
using EfsSharding.TestSupport.Scripted;
using EfsSharding.Volumes;

namespace EfsSharding.Tests.Nfs.Contract;

/// <summary>The tree of the scripted server, seen from behind.</summary>
internal sealed class ScriptedFiles(ScriptedServer server) : IFilesOnServer
{
    public ScriptedServer Server => server;

    public void Write(string path, ReadOnlySpan<byte> content) => server.Tree.PutFile(path, content.ToArray());

    public byte[]? Read(string path) => server.Tree.Find(path) is { Type: InodeType.File } file ? file.Content : null;

    public void Age(string path, TimeSpan age)
    {
        lock (server.Tree.Lock)
        {
            server.Tree.Find(path)!.Modified = DateTimeOffset.UtcNow - age;
        }
    }

    public bool TryLink(string existing, string path)
    {
        server.Tree.PutLink(path, server.Tree.Find(existing)!);
        return true;
    }

    public bool TryMakeSymbolicLink(string path, string target)
    {
        server.Tree.PutSymlink(path);
        return true;
    }

    public void RemoveEmptyDirectory(string path)
    {
        lock (server.Tree.Lock)
        {
            if (server.Tree.Find(path) is { Type: InodeType.Directory, ByCookie.Count: 0 })
            {
                server.Tree.Remove(path);
            }
        }
    }

    /// <summary>The scripted tree's times are .NET's.</summary>
    public bool TrySetModified(string path, long seconds)
    {
        if (seconds != 1L << 33)
        {
            return false;
        }

        server.Tree.Find(path)!.Modified = DateTimeOffset.FromUnixTimeSeconds(seconds);
        return true;
    }

    public void MakeDirectory(string path) => server.Tree.PutDirectory(path);

    public bool TryMakeNode(string path, bool isPipe)
    {
        server.Tree.Put(path, isPipe ? InodeType.Pipe : InodeType.Socket);
        return true;
    }

    public bool TryWriteNamed(string directory, ReadOnlySpan<byte> name, bool isDirectory)
    {
        var path = $"{directory}/{NotUtf8Name.Decode(name)}".TrimStart('/');
        _ = isDirectory ? server.Tree.PutDirectory(path) : server.Tree.PutFile(path, []);
        return true;
    }

    public IReadOnlyList<string> Names(string directory)
    {
        lock (server.Tree.Lock)
        {
            return server.Tree.Find(directory) is { } inode ? [.. inode.ByCookie.Values.Select(entry => entry.Name)] : [];
        }
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        Assert.That(server.Complaints, Is.Empty, "what the client sent");
    }
}
