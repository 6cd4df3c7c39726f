using EfsSharding.TestSupport.Samples;
using Worker;

namespace EfsSharding.Scaling.Tests.Samples;

/// <summary>The health check of the image asks where the service listens.</summary>
[TestFixture]
internal sealed class HealthProbeTests
{
    [TestCase(null, null, "http://127.0.0.1:8080/")]
    [TestCase("", "", "http://127.0.0.1:8080/")]
    [TestCase(null, "9000", "http://127.0.0.1:9000/")]
    [TestCase(null, " 9000; 9001", "http://127.0.0.1:9000/")]
    [TestCase("http://0.0.0.0:9000", "8080", "http://127.0.0.1:9000/")]
    [TestCase("http://+:9000;http://+:9001", null, "http://127.0.0.1:9000/")]
    [TestCase("http://*:9000", null, "http://127.0.0.1:9000/")]
    [TestCase("http://[::]:9000", null, "http://127.0.0.1:9000/")]
    [TestCase("http://[::1]:9000", null, "http://[::1]:9000/")]
    [TestCase("http://127.0.0.2:9000/", null, "http://127.0.0.2:9000/")]
    [TestCase("http://localhost", null, "http://localhost/")]
    [TestCase("https://*:443;http://*:80", null, "http://127.0.0.1/")]
    public void Address_IsTheOneThatIsListenedOn(string? urls, string? ports, string expected) =>
        Assert.That(HealthProbe.Address(Variables(urls, ports)), Is.EqualTo(new Uri(new Uri(expected), "healthz/live")));

    [TestCase(null, "http")]
    [TestCase(null, "99999")]
    [TestCase("nonsense", null)]
    [TestCase("https://*:443", null)]
    [TestCase("http://unix:/tmp/socket", null)]
    public void Address_MayBeNone(string? urls, string? ports) => Assert.That(HealthProbe.Address(Variables(urls, ports)), Is.Null);

    [TestCase("ASPNETCORE_HTTP_PORTS", "http")]
    [TestCase("ASPNETCORE_URLS", "nonsense")]
    public async Task WrongVariable_IsOneLine(string name, string value)
    {
        using var process = SampleProcess.Start("Worker", "Worker", [new(name, value)], HealthProbe.Argument);
        Assert.That(await process.ExitAsync(), Is.EqualTo(1));
        Assert.That(process.Error.Trim().Split('\n'), Has.Length.EqualTo(1), process.Error);
        Assert.That(process.Error, Does.Contain(name));
    }

    private static Func<string, string?> Variables(string? urls, string? ports) => name => name switch
    {
        "ASPNETCORE_URLS" => urls,
        "ASPNETCORE_HTTP_PORTS" => ports,
        _ => null,
    };
}
