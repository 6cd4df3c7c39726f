using Microsoft.AspNetCore.Http.Features;

namespace Worker.Paths;

/// <summary>The store path that a request names, behind the first segment of its path. Routing's own value would be decoded once more.</summary>
internal readonly record struct RequestedFile(string Path)
{
    /// <summary>Where the file is, for a <c>Location</c>.</summary>
    public string Location => $"/files/{PercentEncoding.Encode(Path)}";

    public static ValueTask<RequestedFile> BindAsync(HttpContext context)
    {
        var path = context.Features.GetRequiredFeature<ExactPath>().Path;
        return new(new RequestedFile(path[(path.IndexOf('/', 1) + 1)..]));
    }
}
