namespace EfsSharding.Volumes.Directories.Managed;

/// <summary>Turns a store path into a path of this platform, beneath a root, and looks at what is there without following a link.</summary>
internal static class ManagedPath
{
    /// <param name="rootPath">The root.</param>
    /// <param name="path">A store path.</param>
    /// <param name="kind">What is there.</param>
    public static string Resolve(string rootPath, string path, out ManagedKind kind)
    {
        kind = ManagedKind.Directory;
        var current = rootPath;
        foreach (var segment in path.Split('/'))
        {
            kind = kind switch
            {
                ManagedKind.Directory when IsName(segment) => KindOf(Path.Join(current, segment)),
                ManagedKind.Directory or ManagedKind.Nothing => ManagedKind.Nothing,
                _ => ManagedKind.Blocked,
            };
            current = Path.Join(current, segment);
        }

        return current;
    }

    /// <summary>For a path that is to be written.</summary>
    /// <exception cref="IOException">A segment is a name that this platform cannot have.</exception>
    public static void ThrowIfImpossible(string path)
    {
        foreach (var segment in path.Split('/'))
        {
            if (!IsName(segment))
            {
                throw new IOException($"'{path}' cannot be a file on Windows: '{segment}' is not a name there.");
            }
        }
    }

    public static ManagedKind KindOf(string physical)
    {
        var file = new FileInfo(physical);
        return file.LinkTarget is not null ? ManagedKind.Special
            : Directory.Exists(physical) ? ManagedKind.Directory
            : !file.Exists ? ManagedKind.Nothing
            : UnixNode.IsSpecial(physical) ? ManagedKind.Special
            : ManagedKind.File;
    }

    private static bool IsName(string segment) =>
        !OperatingSystem.IsWindows() || (segment.AsSpan().IndexOfAny(Path.GetInvalidFileNameChars()) < 0 && segment[^1] is not (' ' or '.'));
}
