using EfsSharding.Volumes;
using EfsSharding.Volumes.Directories;
using Microsoft.Win32.SafeHandles;

namespace EfsSharding.Benchmarks.Storage;

/// <summary>A directory whose every call blocks until it is disposed, as one on a hard mount does whose server is gone.</summary>
internal sealed class HungDirectory : IRootDirectory
{
    private readonly ManualResetEventSlim _never = new();

    public SafeFileHandle? Handle => null;

    public byte[] ReadAllBytes(string path) => Hang<byte[]>();

    public OpenedFile OpenRead(string path) => Hang<OpenedFile>();

    public IStagedFile Stage(string path, PendingWrite write, WriteAttempt attempt) => Hang<IStagedFile>();

    public EfsSharding.Volumes.FileAttributes? GetAttributes(string path) => Hang<EfsSharding.Volumes.FileAttributes?>();

    public bool Delete(string path, DeleteAttempt attempt) => Hang<bool>();

    public bool RemoveEmptyDirectory(string directory) => false;

    public FenceResult Fence(string path, ChangeAttempt attempt) => Hang<FenceResult>();

    public void Unfence(string path, ChangeAttempt attempt) => Hang<bool>();

    public IEnumerable<IReadOnlyList<DirectoryEntry>> List(string directory, TemporarySightings sightings) => [];

    public void Probe() => Hang<bool>();

    public void Dispose() => _never.Set();

    private T Hang<T>()
    {
        _never.Wait();
        throw new IOException("The benchmark has ended.");
    }
}
