namespace EfsSharding.Storage.Managed;

/// <summary>Turns a store path into a path of this platform, beneath a root.</summary>
internal static class ManagedPath
{
    /// <exception cref="UnauthorizedAccessException">A symbolic link is in the way.</exception>
    /// <exception cref="IOException">A segment is a name that this platform cannot have.</exception>
    public static string Resolve(string rootPath, string path)
    {
        var current = rootPath;
        foreach (var segment in path.Split('/'))
        {
            if (OperatingSystem.IsWindows() && (segment.AsSpan().IndexOfAny(Path.GetInvalidFileNameChars()) >= 0 || segment[^1] is ' ' or '.'))
            {
                throw new IOException($"'{path}' cannot be a file on Windows: '{segment}' is not a name there.");
            }

            current = Path.Join(current, segment);
            if (new FileInfo(current).LinkTarget is not null)
            {
                throw new UnauthorizedAccessException($"'{path}' was refused: a symbolic link is in the way, and links are not followed.");
            }
        }

        return current;
    }
}
