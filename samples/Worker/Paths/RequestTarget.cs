namespace Worker.Paths;

/// <summary>The request target as the client sent it (RFC 9112 §3.2), before a server decodes it or resolves its dots.</summary>
internal static class RequestTarget
{
    private const string AfterScheme = "://";

    /// <returns>The encoded path and query of an origin-form or absolute-form target; the path is empty for <c>*</c>.</returns>
    /// <exception cref="BadHttpRequestException">It has a fragment, which is the client's alone.</exception>
    public static (string Path, string Query) Split(string target)
    {
        if (target.Contains('#', StringComparison.Ordinal))
        {
            throw new BadHttpRequestException("The target has a fragment, which clients keep to themselves; '#' in a name is written %23.");
        }

        var mark = target.IndexOf('?', StringComparison.Ordinal);
        var (path, query) = mark < 0 ? (target, "") : (target[..mark], target[(mark + 1)..]);
        if (path.StartsWith('/'))
        {
            return (path, query);
        }

        var authority = path.IndexOf(AfterScheme, StringComparison.Ordinal);
        if (authority < 0)
        {
            return ("", query);
        }

        var slash = path.IndexOf('/', authority + AfterScheme.Length);
        return (slash < 0 ? "/" : path[slash..], query);
    }
}
