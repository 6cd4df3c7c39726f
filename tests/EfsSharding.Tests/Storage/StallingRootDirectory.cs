using EfsSharding.Volumes;
using EfsSharding.Volumes.Directories;
using Microsoft.Win32.SafeHandles;
using FileAttributes = EfsSharding.Volumes.FileAttributes;

namespace EfsSharding.Tests.Storage;

/// <summary>A directory one of whose steps hangs until a test lets it go on, as on a mount target that has gone.</summary>
internal sealed class StallingRootDirectory(IRootDirectory inner, string stalledStep, HungCall hung) : IRootDirectory
{
    public SafeFileHandle? Handle => inner.Handle;

    public byte[] ReadAllBytes(string path) => inner.ReadAllBytes(path);

    public OpenedFile OpenRead(string path) => inner.OpenRead(path);

    public IStagedFile Stage(string path, PendingWrite write, WriteAttempt attempt)
    {
        Stall("stage");
        return new StagedFile(this, inner.Stage(path, write, attempt));
    }

    public FileAttributes? GetAttributes(string path) => inner.GetAttributes(path);

    public bool Delete(string path, DeleteAttempt attempt)
    {
        Stall("delete");
        var deleted = inner.Delete(path, attempt);
        Stall("deleted");
        return deleted;
    }

    public bool RemoveEmptyDirectory(string directory) => inner.RemoveEmptyDirectory(directory);

    public FenceResult Fence(string path, ChangeAttempt attempt) => inner.Fence(path, attempt);

    public void Unfence(string path, ChangeAttempt attempt) => inner.Unfence(path, attempt);

    public IEnumerable<IReadOnlyList<DirectoryEntry>> List(string directory, TemporarySightings sightings) => inner.List(directory, sightings);

    public void Probe() => inner.Probe();

    public void Dispose() => inner.Dispose();

    private void Stall(string step)
    {
        if (step == stalledStep && !hung.Started.IsCompleted)
        {
            hung.Hang();
        }
    }

    private sealed class StagedFile(StallingRootDirectory root, IStagedFile inner) : IStagedFile
    {
        public void Write(ReadOnlySpan<byte> bytes)
        {
            root.Stall("write");
            inner.Write(bytes);
        }

        public void Flush()
        {
            root.Stall("flush");
            inner.Flush();
        }

        public void Publish()
        {
            root.Stall("publish");
            inner.Publish();
            root.Stall("answer");
        }

        public long TakeBack() => inner.TakeBack();

        public void Touch() => inner.Touch();

        public void Dispose() => inner.Dispose();
    }
}
