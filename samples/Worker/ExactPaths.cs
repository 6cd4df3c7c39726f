using Microsoft.AspNetCore.Http.Features;

namespace Worker;

/// <summary>
/// Routes by the path that the client sent, percent-decoded once. A server resolves <c>..</c> and keeps <c>%2F</c>, so that two
/// different store paths would be one file, and a bad path a different good one.
/// </summary>
internal static class ExactPaths
{
    public static void UseExactPaths(this IApplicationBuilder app) => app.Use(static (context, next) =>
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (target.StartsWith('/'))
        {
            var query = target.IndexOf('?', StringComparison.Ordinal);
            context.Request.Path = Uri.UnescapeDataString(query < 0 ? target : target[..query]);
        }

        return next(context);
    });
}
