using System.Net;
using System.Net.Sockets;
using System.Text;
using EfsSharding.Discovery.Zones;

namespace EfsSharding.Tests.Discovery.Zones;

/// <summary>A stand-in answers as the metadata endpoint of a Fargate task does.</summary>
internal sealed class TaskMetadataZoneTests
{
    [Test]
    public async Task Outside_ECS_there_is_none() =>
        Assert.That(await new TaskMetadataZone(null).FindAsync(CancellationToken.None), Is.Null);

    [TestCase("""{"Cluster":"c","TaskARN":"arn:aws:ecs:eu-west-1:1:task/c/t","AvailabilityZone":"eu-west-1b","LaunchType":"FARGATE"}""", "eu-west-1b")]
    [TestCase("""{"Cluster":"c"}""", null)]
    [TestCase("""{"AvailabilityZone":7}""", null)]
    [TestCase("[]", null)]
    public async Task It_is_what_the_task_s_metadata_says(string body, string? zone)
    {
        var (asked, found) = await AskAsync(body, "200 OK");

        Assert.That(found, Is.EqualTo(zone));
        Assert.That(asked, Does.StartWith("GET /v4/container-id/task HTTP/1.1"));
    }

    [TestCase("not JSON", "200 OK")]
    [TestCase("", "500 Internal Server Error")]
    public async Task An_answer_that_is_none_is_an_error(string body, string status) =>
        await Assert.ThatAsync(() => AskAsync(body, status), Throws.InstanceOf<Exception>());

    private static async Task<(string Asked, string? Found)> AskAsync(string body, string status)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var search = new TaskMetadataZone($"http://{listener.LocalEndpoint}/v4/container-id").FindAsync(CancellationToken.None);
        using var connection = await listener.AcceptTcpClientAsync();
        var stream = connection.GetStream();
        var request = new byte[4096];
        var length = await stream.ReadAsync(request);
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}"));
        return (Encoding.ASCII.GetString(request, 0, length), await search);
    }
}
