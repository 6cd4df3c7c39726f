namespace EfsSharding.Access;

/// <summary>What the kernel says of this process and its mounts.</summary>
internal interface IProcFileSystem
{
    /// <param name="path">Relative to /proc, for example <c>self/mountinfo</c>.</param>
    /// <returns>The text; empty when there is no such file, as on another operating system.</returns>
    string Read(string path);
}
