using System.Net;
using System.Text;

namespace EfsSharding.Scaling.Tests.LocalAws;

/// <summary>Requests that no SDK sends.</summary>
public class RequestTests : Aws.LocalAwsFixture
{
    private HttpClient _http = null!;

    [SetUp]
    public void Connect() => _http = new HttpClient { BaseAddress = new Uri(Aws.Endpoint) };

    [TearDown]
    public void Disconnect() => _http.Dispose();

    [Test]
    public async Task A_request_without_a_signature_is_refused_and_logged()
    {
        using var response = await _http.GetAsync("/2015-02-01/mount-targets?FileSystemId=fs-1");

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That(await response.Content.ReadAsStringAsync(), Does.Contain("IncompleteSignature"));
        Assert.That(Aws.Calls.All.Single().Service, Is.Null);
    }

    [TestCase("AWS4-HMAC-SHA256 Credential=local/20260101/r/elasticfilesystem/aws4_request, SignedHeaders=host, Signature=00", "IncompleteSignature")]
    [TestCase("AWS4-HMAC-SHA256 Credential=local/20260101/r/elasticfilesystem/aws4_request, SignedHeaders=host;x-amz-date, Signature=00", "InvalidSignature", true)]
    [TestCase("AWS4-HMAC-SHA256 Credential=other/20260101/r/elasticfilesystem/aws4_request, SignedHeaders=host, Signature=00", "UnrecognizedClient")]
    [TestCase("AWS4-HMAC-SHA256 Credential=local/20260101/r/s3/aws4_request, SignedHeaders=host, Signature=00", "IncompleteSignature")]
    [TestCase("AWS4-HMAC-SHA256 Credential=local, SignedHeaders, Signature=00", "IncompleteSignature")]
    [TestCase("Bearer x", "IncompleteSignature")]
    public async Task A_wrong_signature_is_refused(string authorization, string code, bool dated = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/2015-02-01/file-systems");
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        if (dated)
        {
            request.Headers.Add("X-Amz-Date", "20260101T000000Z");
        }

        using var response = await _http.SendAsync(request);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That(await response.Content.ReadAsStringAsync(), Does.Contain(code));
    }

    [Test]
    public async Task Faults_are_added_replaced_shown_and_cleared_over_HTTP()
    {
        await SendAsync(HttpMethod.Post, "/_local/faults", """{"operation":"DescribeFileSystems","kind":"Delay","delaySeconds":1.5}""");
        Assert.That(Aws.Faults.All, Is.EqualTo(new[]
        {
            new EfsSharding.LocalAws.InjectedFault
            {
                Operation = "DescribeFileSystems",
                Kind = EfsSharding.LocalAws.FaultKind.Delay,
                Delay = TimeSpan.FromSeconds(1.5),
            },
        }));
        await SendAsync(HttpMethod.Put, "/_local/faults", """[{"service":"efs","nth":2,"timing":"After","kind":"Cut"},{"kind":"Throttle","attempts":1}]""");

        Assert.That(Aws.Faults.All, Is.EqualTo(new[]
        {
            new EfsSharding.LocalAws.InjectedFault
            {
                Service = "efs",
                Nth = 2,
                Timing = EfsSharding.LocalAws.FaultTiming.After,
                Kind = EfsSharding.LocalAws.FaultKind.Cut,
            },
            new EfsSharding.LocalAws.InjectedFault { Kind = EfsSharding.LocalAws.FaultKind.Throttle, Attempts = 1 },
        }));
        Assert.That(await _http.GetStringAsync("/_local/faults"), Does.Contain("\"timing\": \"After\""));
        await SendAsync(HttpMethod.Delete, "/_local/faults", "");
        Assert.That(Aws.Faults.All, Is.Empty);
    }

    [TestCase("""{"opertion":"x"}""")]
    [TestCase("""{"kind":"Explode"}""")]
    [TestCase("""{"nth":0}""")]
    [TestCase("""[1]""")]
    [TestCase("""nonsense""")]
    public async Task A_wrong_fault_is_refused(string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _http.PutAsync("/_local/faults", content);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(Aws.Faults.All, Is.Empty);
    }

    [Test]
    public async Task Calls_and_state_are_shown_over_HTTP()
    {
        await Ecs.UpdateServiceAsync(Aws.Options.ClusterName, Aws.Options.ServiceName, forceNewDeployment: true);

        Assert.That(await _http.GetStringAsync("/_local/calls"), Does.Contain("\"operation\": \"UpdateService\"").And.Contain("deployed ecs-svc/"));
        Assert.That(await _http.GetStringAsync("/_local/state"), Does.Contain(Aws.State.MountTargets[0].MountTargetId));
        await SendAsync(HttpMethod.Delete, "/_local/calls", "");
        Assert.That(Aws.Calls.All, Is.Empty);
    }

    [Test]
    public async Task Another_admin_path_is_not_found()
    {
        using var response = await _http.GetAsync("/_local/nothing");

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    private async Task SendAsync(HttpMethod method, string path, string body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        using var response = await _http.SendAsync(request);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.NoContent), await response.Content.ReadAsStringAsync());
    }
}
