namespace EfsSharding.Access;

/// <summary>A path as the kernel names it in its table of mounts: without symbolic links, empty names, <c>.</c> and <c>..</c>.</summary>
internal static class RealPath
{
    /// <summary>As many as the kernel follows (path_resolution(7)).</summary>
    private const int MaxLinks = 40;

    /// <param name="path">An absolute path, whose end need not be there.</param>
    public static string Of(string path)
    {
        var real = "/";
        var rest = new Stack<string>(path.Split('/').Reverse());
        for (var links = 0; rest.TryPop(out var name);)
        {
            if (name is "" or ".")
            {
                continue;
            }

            if (name == "..")
            {
                real = Path.GetDirectoryName(real) ?? "/";
            }
            else if (new DirectoryInfo(Path.Join(real, name)).LinkTarget is { } target && links++ < MaxLinks)
            {
                real = target.StartsWith('/') ? "/" : real;
                foreach (var part in target.Split('/').Reverse())
                {
                    rest.Push(part);
                }
            }
            else
            {
                real = Path.Join(real, name);
            }
        }

        return real;
    }
}
