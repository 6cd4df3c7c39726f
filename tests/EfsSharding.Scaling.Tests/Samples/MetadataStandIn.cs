using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EfsSharding.Scaling.Tests.Samples;

/// <summary>What ECS and EC2 say to a process about where it runs: the task metadata, version 4, and the instance metadata with tokens (IMDSv2).</summary>
internal sealed class MetadataStandIn : IAsyncDisposable
{
    private const string Token = "a-token";

    private readonly WebApplication _app;

    private MetadataStandIn(WebApplication app) => _app = app;

    public string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public static async Task<MetadataStandIn> StartAsync(string zone)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapGet("/v4/{container}/task", () =>
            Results.Text($$"""{"Cluster":"c","AvailabilityZone":"{{zone}}","LaunchType":"FARGATE"}""", "application/json"));
        app.MapPut("/latest/api/token", (HttpContext context) =>
            context.Request.Headers.ContainsKey("x-aws-ec2-metadata-token-ttl-seconds") ? Results.Text(Token) : Results.BadRequest());
        app.MapGet("/latest/meta-data/placement/availability-zone", (HttpContext context) =>
            context.Request.Headers["x-aws-ec2-metadata-token"] == Token ? Results.Text(zone) : Results.Unauthorized());
        await app.StartAsync();
        return new MetadataStandIn(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
