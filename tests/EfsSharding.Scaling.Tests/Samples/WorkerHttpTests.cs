using System.Globalization;
using EfsSharding.TestSupport.Samples;

namespace EfsSharding.Scaling.Tests.Samples;

/// <summary>What RFC 9110 says of methods, ranges and preconditions, and clients that do not behave, against a Worker process.</summary>
[TestFixture]
[NonParallelizable]
internal sealed class WorkerHttpTests : WorkerProcessFixture
{
    private const string Content = "0123456789";
    private const string Continue = "HTTP/1.1 100 Continue\r\n\r\n";
    private const int Looks = 10_000;

    [SetUp]
    public async Task WriteAsync() => Assert.That((await Raw.SendAsync("PUT", "/files/r", Content)).Status, Is.AnyOf(201, 204));

    [TearDown]
    public void NothingUnforeseenWasLogged() =>
        Assert.That(Worker.Output.Where(line => line.StartsWith("fail:", StringComparison.Ordinal) || line.StartsWith("crit:", StringComparison.Ordinal)), Is.Empty, string.Join('\n', Worker.Output));

    [TestCase("bytes=2-4", 206, "234", "bytes 2-4/10")]
    [TestCase("bytes=7-", 206, "789", "bytes 7-9/10")]
    [TestCase("bytes=7-100", 206, "789", "bytes 7-9/10")]
    [TestCase("bytes=-3", 206, "789", "bytes 7-9/10")]
    [TestCase("bytes=-100", 206, Content, "bytes 0-9/10")]
    [TestCase("bytes=10-", 416, null, "bytes */10")]
    [TestCase("bytes=-0", 416, null, "bytes */10")]
    [TestCase("bytes=0-1,4-5", 200, Content, null)]
    [TestCase("bytes=5-2", 200, Content, null)]
    [TestCase("lines=1-2", 200, Content, null)]
    [TestCase("bytes=x", 200, Content, null)]
    public async Task Range_IsAnsweredAsTheRfcSays(string range, int status, string? content, string? contentRange)
    {
        var reply = await Raw.SendAsync("GET", "/files/r", null, $"Range: {range}");
        Assert.Multiple(() =>
        {
            Assert.That(reply.Status, Is.EqualTo(status));
            Assert.That(reply.IsWhole);
            Assert.That(content ?? reply.Text, Is.EqualTo(reply.Text));
            Assert.That(reply.Headers.GetValueOrDefault("Content-Range"), Is.EqualTo(contentRange));
        });
    }

    [Test]
    public async Task IfRange_AllowsARange_OnlyWhenItNamesTheVeryTime()
    {
        var modified = (await Raw.SendAsync("HEAD", "/files/r")).Headers["Last-Modified"];
        var later = DateTimeOffset.Parse(modified, CultureInfo.InvariantCulture).AddHours(1).ToString("R");
        foreach (var (validator, status) in new[] { (modified, 206), (later, 200), ("\"some-tag\"", 200), ("W/\"weak\"", 200), ("nonsense", 200) })
        {
            var reply = await Raw.SendAsync("GET", "/files/r", null, "Range: bytes=2-4", $"If-Range: {validator}");
            Assert.That(reply.Status, Is.EqualTo(status), validator);
            Assert.That(reply.Text, Is.EqualTo(status == 206 ? "234" : Content), validator);
        }
    }

    [Test]
    public async Task Head_AnswersAsGetWould_AndKnowsNoRange()
    {
        var get = await Raw.SendAsync("GET", "/files/r");
        var head = await Raw.SendAsync("HEAD", "/files/r", null, "Range: bytes=2-4");
        Assert.That((head.Status, head.Body), Is.EqualTo((200, Array.Empty<byte>())));
        foreach (var name in new[] { "Content-Length", "Content-Type", "Last-Modified", "Accept-Ranges" })
        {
            Assert.That(head.Headers[name], Is.EqualTo(get.Headers[name]), name);
        }

        foreach (var condition in new[] { $"If-Modified-Since: {get.Headers["Last-Modified"]}", "If-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT" })
        {
            Assert.That((await Raw.SendAsync("HEAD", "/files/r", null, condition)).Status, Is.EqualTo((await Raw.SendAsync("GET", "/files/r", null, condition)).Status), condition);
        }
    }

    [Test]
    public async Task Range_OfAnEmptyFile_HoldsNothing()
    {
        Assert.That((await Raw.SendAsync("PUT", "/files/empty", "")).Status, Is.AnyOf(201, 204));
        Assert.That((await Raw.SendAsync("GET", "/files/empty")).Headers["Content-Length"], Is.EqualTo("0"));
        Assert.That((await Raw.SendAsync("GET", "/files/empty", null, "Range: bytes=0-")).Status, Is.EqualTo(416));
    }

    [TestCase("Expect: 100-continue")]
    [TestCase("X-Nothing: 1")]
    public async Task IfNoneMatch_OfAFileThatIsThere_IsAnsweredBeforeTheBodyIsRead(string expect)
    {
        using var connection = await Raw.ConnectAsync();
        await RawHttp.WriteAsync(connection, Raw.Head("PUT", "/files/r", "If-None-Match: *", "Content-Length: 1000000000", expect));
        var reply = await RawHttp.ReadAsync(connection);
        Assert.That((reply.Status, reply.ContinuedFirst), Is.EqualTo((412, false)));
        Assert.That((await Raw.SendAsync("GET", "/files/r")).Text, Is.EqualTo(Content));
    }

    [Test]
    public async Task IfNoneMatch_OfNoFile_AsksForTheBody()
    {
        using var connection = await Raw.ConnectAsync();
        await RawHttp.WriteAsync(connection, Raw.Head("PUT", "/files/expected", "If-None-Match: *", "Content-Length: 4", "Expect: 100-continue"));
        await connection.GetStream().ReadExactlyAsync(new byte[Continue.Length]);
        await RawHttp.WriteAsync(connection, "body");
        Assert.That((await RawHttp.ReadAsync(connection)).Status, Is.EqualTo(201));
    }

    [TestCase("PUT", "Content-Length: 100", "only a part")]
    [TestCase("PUT", "Content-Length: 9000000", "only a part")]
    [TestCase("PUT", "Transfer-Encoding: chunked", "5\r\nfirst\r\n")]
    [TestCase("POST", "Content-Length: 100", "only a part")]
    [TestCase("POST", "Content-Length: 9000000", "only a part")]
    [TestCase("POST", "Transfer-Encoding: chunked", "5\r\nfirst\r\n")]
    public async Task Upload_ThatEndsMidway_LeavesTheFileAsItWas_AndIsNoError(string method, string framing, string part)
    {
        foreach (var abruptly in new[] { true, false })
        {
            using var connection = await Raw.ConnectAsync();
            await RawHttp.WriteAsync(connection, Raw.Head(method, method == "POST" ? "/files/r?append" : "/files/r", framing, "Expect: 100-continue"));
            await connection.GetStream().ReadExactlyAsync(new byte[Continue.Length]);
            await RawHttp.WriteAsync(connection, part);
            connection.LingerState = new(abruptly, 0);
            if (abruptly)
            {
                connection.Close();
            }
            else
            {
                connection.Client.Shutdown(System.Net.Sockets.SocketShutdown.Send);
                Assert.That((await RawHttp.ReadAsync(connection)).Status, Is.AnyOf(400, 0));
            }
        }

        // The service notices the one that broke off abruptly in its own time.
        for (var look = 0; look < Looks && TemporaryFiles().Any(); look++)
        {
            await Raw.SendAsync("GET", "/healthz/live");
        }

        Assert.That(TemporaryFiles(), Is.Empty);
        Assert.That((await Raw.SendAsync("GET", "/files/r")).Text, Is.EqualTo(Content));

        IEnumerable<string> TemporaryFiles() => Directory.EnumerateFiles(Files, ".efs-sharding-*", SearchOption.AllDirectories);
    }

    [Test]
    public async Task Conflicts_OfPaths_AreSaidToBeSuch()
    {
        Assert.That((await Raw.SendAsync("PUT", "/files/dir/file", "x")).Status, Is.AnyOf(201, 204));
        foreach (var (method, target) in new[] { ("PUT", "/files/dir"), ("PUT", "/files/dir/file/below"), ("POST", "/files/dir?append"), ("POST", "/files/dir/file/below?append") })
        {
            var reply = await Raw.SendAsync(method, target, "x");
            Assert.That(reply.Status, Is.EqualTo(409), $"{method} {target}: {reply.Text}");
        }

        foreach (var (method, target) in new[] { ("GET", "/files/dir"), ("HEAD", "/files/dir"), ("DELETE", "/files/dir"), ("GET", "/files/dir/file/below"), ("DELETE", "/files/dir/file/below") })
        {
            var reply = await Raw.SendAsync(method, target);
            Assert.That(reply.Status, Is.EqualTo(404), $"{method} {target}: {reply.Text}");
        }
    }
}
