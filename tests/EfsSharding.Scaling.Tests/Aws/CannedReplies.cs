using System.Text;
using Amazon.Runtime;

namespace EfsSharding.Scaling.Tests.Aws;

/// <summary>Answers every request with the same JSON, for replies that neither AWS nor LocalAws gives.</summary>
internal sealed class CannedReplies(string json) : HttpClientFactory
{
    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(new Handler(json));

    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    private sealed class Handler(string json) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage { Content = new StringContent(json, Encoding.UTF8, "application/json"), RequestMessage = request });
    }
}
