using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace ScalerLambda.Runtime;

/// <summary>
/// The HTTP interface between Lambda and a custom runtime.
/// Source: docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html, version 2018-06-01.
/// </summary>
internal sealed class RuntimeApi : IDisposable
{
    private readonly HttpClient _http;

    /// <param name="authority">Host and port, from AWS_LAMBDA_RUNTIME_API.</param>
    public RuntimeApi(string authority)
    {
        // The API is on the loopback interface, where a proxy set for AWS calls cannot reach it; waiting for the next event has no end.
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false })
        {
            BaseAddress = new Uri($"http://{authority}/2018-06-01/runtime/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>Waits for an event; the function may be frozen meanwhile.</summary>
    public async Task<Invocation> NextAsync(CancellationToken cancellationToken)
    {
        using var reply = await _http.GetAsync("invocation/next", cancellationToken);
        reply.EnsureSuccessStatusCode();
        return new Invocation
        {
            RequestId = Header(reply, "Lambda-Runtime-Aws-Request-Id")
                ?? throw new HttpRequestException("The Lambda runtime API sent an invocation without a request id."),
            Deadline = long.TryParse(Header(reply, "Lambda-Runtime-Deadline-Ms"), NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
                ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
                : DateTimeOffset.MaxValue,
            TraceId = Header(reply, "Lambda-Runtime-Trace-Id"),
        };
    }

    public Task RespondAsync(string requestId, string json, CancellationToken cancellationToken) =>
        PostAsync($"invocation/{requestId}/response", Encoding.UTF8.GetBytes(json), errorType: null, cancellationToken);

    public Task FailAsync(string requestId, FunctionError error, string? report, CancellationToken cancellationToken) =>
        PostAsync($"invocation/{requestId}/error", error.ToJson(report), error.Type, cancellationToken);

    public Task FailInitAsync(FunctionError error, CancellationToken cancellationToken) =>
        PostAsync("init/error", error.ToJson(report: null), error.Type, cancellationToken);

    public void Dispose() => _http.Dispose();

    private async Task PostAsync(string path, byte[] body, string? errorType, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (errorType is not null)
        {
            request.Headers.Add("Lambda-Runtime-Function-Error-Type", errorType);
        }

        using var reply = await _http.SendAsync(request, cancellationToken);
        reply.EnsureSuccessStatusCode();
    }

    private static string? Header(HttpResponseMessage reply, string name) =>
        reply.Headers.TryGetValues(name, out var values) ? values.First() : null;
}
