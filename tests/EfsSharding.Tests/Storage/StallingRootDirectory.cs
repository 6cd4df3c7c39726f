using EfsSharding.Storage;
using Microsoft.Win32.SafeHandles;
using FileAttributes = EfsSharding.Storage.FileAttributes;

namespace EfsSharding.Tests.Storage;

/// <summary>A directory one of whose steps hangs until a test lets it go on, as on a mount target that has gone.</summary>
internal sealed class StallingRootDirectory(IRootDirectory inner, string stalledStep, HungCall hung) : IRootDirectory
{
    public SafeFileHandle? Handle => inner.Handle;

    public byte[] ReadAllBytes(string path) => inner.ReadAllBytes(path);

    public OpenedFile OpenRead(string path) => inner.OpenRead(path);

    public IStagedFile? Stage(string path, PendingWrite write, WriteAttempt attempt)
    {
        Stall("stage");
        return inner.Stage(path, write, attempt) is { } staged ? new StagedFile(this, staged) : null;
    }

    public FileAttributes? GetAttributes(string path) => inner.GetAttributes(path);

    public bool Delete(string path)
    {
        Stall("delete");
        return inner.Delete(path);
    }

    public IEnumerable<IReadOnlyList<DirectoryEntry>> List(string directory, DateTimeOffset sweepBefore) => inner.List(directory, sweepBefore);

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

        public void Dispose() => inner.Dispose();
    }
}
