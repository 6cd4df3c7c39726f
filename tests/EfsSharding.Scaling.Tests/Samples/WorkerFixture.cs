using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Worker;

namespace EfsSharding.Scaling.Tests.Samples;

/// <summary>The Worker on a loopback port, over a local directory.</summary>
public abstract class WorkerFixture
{
    private DirectoryInfo _root = null!;
    private WebApplication _app = null!;

    private protected HttpClient Http { get; private set; } = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _root = Directory.CreateTempSubdirectory("efs-sharding-test-");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration["EFS_ACCESS"] = "local";
        builder.Configuration["EFS_LOCAL_ROOT"] = _root.FullName;
        builder.AddFileWorker();
        Replace(builder.Services);
        _app = builder.Build();
        _app.UseFileWorker();
        await _app.StartAsync();
        Http = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()) };
    }

    [TearDown]
    public async Task StopAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _root.Delete(recursive: true);
    }

    private protected virtual void Replace(IServiceCollection services)
    {
    }

    private protected async Task<HttpResponseMessage> SendAsync(
        string method, string target, string? body = null, params (string Name, string Value)[] headers)
    {
        // The target goes out as it is written here, dots and all.
        var uri = new Uri(Http.BaseAddress!.GetLeftPart(UriPartial.Authority) + target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(new HttpMethod(method), uri);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        }

        foreach (var (name, value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content!.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private protected async Task<int> StatusAsync(string method, string target, string? body = null, params (string Name, string Value)[] headers)
    {
        using var reply = await SendAsync(method, target, body, headers);
        return (int)reply.StatusCode;
    }
}
