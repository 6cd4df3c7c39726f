using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Threading.Channels;
using EfsSharding.TestSupport.Scripted;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace EfsSharding.TestSupport.Samples;

/// <summary>Lambda's side of the runtime API: hands out events and keeps the answers.</summary>
internal sealed class RuntimeApiStandIn : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly WebApplication _application;
    private readonly Channel<(string Id, DateTimeOffset Deadline)> _events = Channel.CreateUnbounded<(string, DateTimeOffset)>();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<RuntimeAnswer>> _answers = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _polled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private RuntimeApiStandIn(WebApplication application) => _application = application;

    public string Authority => new Uri(_application.Urls.Single()).Authority;

    /// <summary>Completes when the runtime asks for an event for the first time.</summary>
    public Task Polled => _polled.Task.WaitAsync(Patience);

    /// <summary>Completes when the runtime reports that it could not start.</summary>
    public Task<RuntimeAnswer> InitError => Answer("init").Task.WaitAsync(Patience);

    public static async Task<RuntimeApiStandIn> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var application = builder.Build();
        var standIn = new RuntimeApiStandIn(application);
        application.Run(standIn.HandleAsync);
        await application.StartAsync();
        return standIn;
    }

    /// <summary>Hands one event to the runtime and waits for its answer.</summary>
    public async Task<RuntimeAnswer> InvokeAsync(TimeSpan timeout)
    {
        var id = Guid.NewGuid().ToString();
        _events.Writer.TryWrite((id, DateTimeOffset.UtcNow + timeout));
        return await Answer(id).Task.WaitAsync(Patience);
    }

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync(new CancellationToken(canceled: true));
        await _application.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(path[..2], Is.EqualTo(new[] { "2018-06-01", "runtime" }));
        switch (context.Request.Method, path[2..])
        {
            case ("GET", ["invocation", "next"]):
                _polled.TrySetResult();
                var (id, deadline) = await _events.Reader.ReadAsync(context.RequestAborted);
                context.Response.Headers["Lambda-Runtime-Aws-Request-Id"] = id;
                context.Response.Headers["Lambda-Runtime-Deadline-Ms"] = deadline.ToUnixTimeMilliseconds().ToString();
                context.Response.Headers["Lambda-Runtime-Trace-Id"] = "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=1";
                await context.Response.WriteAsync("{}");
                break;
            case ("POST", ["invocation", var answered, "response"]):
                await KeepAsync(context, answered, isError: false);
                break;
            case ("POST", ["invocation", var failed, "error"]):
                await KeepAsync(context, failed, isError: true);
                break;
            case ("POST", ["init", "error"]):
                await KeepAsync(context, "init", isError: true);
                break;
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                break;
        }
    }

    private async Task KeepAsync(HttpContext context, string id, bool isError)
    {
        var body = await JsonDocument.ParseAsync(context.Request.Body);
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        Answer(id).TrySetResult(new RuntimeAnswer
        {
            RequestId = id,
            IsError = isError,
            ErrorType = context.Request.Headers["Lambda-Runtime-Function-Error-Type"],
            Body = body.RootElement,
            At = DateTimeOffset.UtcNow,
        });
    }

    private TaskCompletionSource<RuntimeAnswer> Answer(string id) =>
        _answers.GetOrAdd(id, _ => new TaskCompletionSource<RuntimeAnswer>(TaskCreationOptions.RunContinuationsAsynchronously));
}
