using EfsSharding.Volumes.Directories.Linux;

namespace EfsSharding.Scaling.Counting.Linux;

/// <summary>A directory's descriptor, closed when the last who needs it lets go: the thread that reads it, and each waiting child of it.</summary>
internal sealed class DirectoryHandle(int descriptor)
{
    private int _references = 1;

    public int Descriptor { get; } = descriptor;

    public DirectoryHandle AddReference()
    {
        Interlocked.Increment(ref _references);
        return this;
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0)
        {
            _ = LinuxCalls.Close(Descriptor);
        }
    }
}
