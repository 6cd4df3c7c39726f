using EfsSharding.Targets;

namespace EfsSharding.Storage;

/// <summary>A stream over a file, and the target that stays in use until it is closed. Compared by reference: which of two it is.</summary>
internal sealed class OpenedThroughTarget(VolumeInUse target, Stream stream)
{
    public VolumeInUse Target => target;

    public Stream Stream => stream;
}
