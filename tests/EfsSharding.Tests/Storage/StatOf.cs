using EfsSharding.Volumes;
using EfsSharding.Volumes.Directories.Linux;

namespace EfsSharding.Tests.Storage;

/// <summary>What a file is, as the volumes on Linux know it.</summary>
internal static class StatOf
{
    public static unsafe FileVersion File(string path)
    {
        var name = stackalloc byte[LinuxPath.BufferLength];
        LinuxPath.Encode(path, name);
        StatxBuffer status;
        Assert.That(LinuxFile.TryStatAt(LinuxCalls.AT_FDCWD, name, path, &status), Is.True);
        return status.Version;
    }
}
