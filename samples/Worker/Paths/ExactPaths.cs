using Microsoft.AspNetCore.Http.Features;

namespace Worker.Paths;

/// <summary>
/// Routes by the path that the client sent, percent-decoded once. A server resolves <c>..</c> and keeps <c>%2F</c>, so that two
/// different store paths would be one file, and a bad path a different good one.
/// </summary>
internal static class ExactPaths
{
    public static void UseExactPaths(this IApplicationBuilder app) => app.Use(static (context, next) =>
    {
        var (path, query) = RequestTarget.Split(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
        var exact = new ExactPath(PercentEncoding.Decode(path, plusIsSpace: false), query);
        context.Features.Set(exact);
        if (path.Length > 0)
        {
            context.Request.Path = new PathString(exact.Path);
        }

        return next(context);
    });
}
