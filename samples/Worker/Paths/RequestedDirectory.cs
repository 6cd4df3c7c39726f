using Microsoft.AspNetCore.Http.Features;

namespace Worker.Paths;

/// <summary>The directory that a listing is asked for, <c>?directory=…</c>; the empty string for everything.</summary>
internal readonly record struct RequestedDirectory(string Path)
{
    private const string Parameter = "directory=";

    /// <exception cref="BadHttpRequestException">There are two, or one is not encoded as it should be.</exception>
    public static ValueTask<RequestedDirectory> BindAsync(HttpContext context)
    {
        var directories = context.Features.GetRequiredFeature<ExactPath>().Query.Split('&').Where(static one => one.StartsWith(Parameter, StringComparison.Ordinal)).ToList();
        return directories.Count > 1
            ? throw new BadHttpRequestException("A listing is of one directory; the query names several.")
            : new(new RequestedDirectory(directories is [var directory] ? PercentEncoding.Decode(directory.AsSpan(Parameter.Length), plusIsSpace: true) : ""));
    }
}
