using System.Text.Json;

namespace EfsSharding.Scaling.Tests.Samples;

[TestFixture]
internal sealed class WorkerFilesTests : WorkerFixture
{
    [Test]
    public async Task Put_AnswersCreatedThenNoContent_AndGetReadsTheLastBytes()
    {
        Assert.That(await StatusAsync("PUT", "/files/a/b.txt", "one"), Is.EqualTo(201));
        Assert.That(await StatusAsync("PUT", "/files/a/b.txt", "two!"), Is.EqualTo(204));
        using var reply = await SendAsync("GET", "/files/a/b.txt");
        Assert.That((int)reply.StatusCode, Is.EqualTo(200));
        Assert.That(await reply.Content.ReadAsStringAsync(), Is.EqualTo("two!"));
        Assert.That(reply.Content.Headers.LastModified, Is.EqualTo(DateTimeOffset.UtcNow).Within(TimeSpan.FromMinutes(1)));
    }

    [Test]
    public async Task PutIfNoneMatch_CreatesOnce()
    {
        Assert.That(await StatusAsync("PUT", "/files/once", "one", ("If-None-Match", "*")), Is.EqualTo(201));
        using var refused = await SendAsync("PUT", "/files/once", "two", ("If-None-Match", "*"));
        await AssertProblemAsync(refused, 412);
        Assert.That(await Http.GetStringAsync("/files/once"), Is.EqualTo("one"));
    }

    [Test]
    public async Task Put_OfALargeChunkedBody_IsStreamed()
    {
        var bytes = new byte[5_000_000];
        new Random(7).NextBytes(bytes);
        using var content = new StreamContent(new MemoryStream(bytes));
        using var request = new HttpRequestMessage(HttpMethod.Put, "/files/large") { Content = content };
        request.Headers.TransferEncodingChunked = true;
        using var reply = await Http.SendAsync(request);
        Assert.That((int)reply.StatusCode, Is.EqualTo(201));
        Assert.That(await Http.GetByteArrayAsync("/files/large"), Is.EqualTo(bytes).AsCollection);
    }

    [Test]
    public async Task Get_ServesRanges()
    {
        await StatusAsync("PUT", "/files/r", "0123456789");
        using var part = await SendAsync("GET", "/files/r", null, ("Range", "bytes=2-4"));
        Assert.That((int)part.StatusCode, Is.EqualTo(206));
        Assert.That(await part.Content.ReadAsStringAsync(), Is.EqualTo("234"));
        Assert.That(part.Content.Headers.ContentRange!.ToString(), Is.EqualTo("bytes 2-4/10"));
        using var last = await SendAsync("GET", "/files/r", null, ("Range", "bytes=-3"));
        Assert.That(await last.Content.ReadAsStringAsync(), Is.EqualTo("789"));
        Assert.That(await StatusAsync("GET", "/files/r", null, ("Range", "bytes=10-")), Is.EqualTo(416));
    }

    [Test]
    public async Task Get_IfModifiedSince_AnswersNotModified()
    {
        await StatusAsync("PUT", "/files/m", "x");
        Assert.That(await StatusAsync("GET", "/files/m", null, ("If-Modified-Since", DateTimeOffset.UtcNow.AddMinutes(1).ToString("R"))), Is.EqualTo(200).Or.EqualTo(304));
        using var reply = await SendAsync("GET", "/files/m");
        Assert.That(await StatusAsync("GET", "/files/m", null, ("If-Modified-Since", reply.Content.Headers.LastModified!.Value.ToString("R"))), Is.EqualTo(304));
    }

    [Test]
    public async Task Head_AnswersTheHeadersOfGet()
    {
        await StatusAsync("PUT", "/files/h", "12345");
        using var reply = await SendAsync("HEAD", "/files/h");
        Assert.Multiple(() =>
        {
            Assert.That((int)reply.StatusCode, Is.EqualTo(200));
            Assert.That(reply.Content.Headers.ContentLength, Is.EqualTo(5));
            Assert.That(reply.Content.Headers.LastModified, Is.Not.Null);
            Assert.That(reply.Headers.AcceptRanges, Has.Member("bytes"));
        });
        Assert.That(await StatusAsync("HEAD", "/files/none"), Is.EqualTo(404));
    }

    [Test]
    public async Task Delete_AnswersNoContentThenNotFound()
    {
        await StatusAsync("PUT", "/files/d", "x");
        Assert.That(await StatusAsync("DELETE", "/files/d"), Is.EqualTo(204));
        Assert.That(await StatusAsync("DELETE", "/files/d"), Is.EqualTo(404));
        using var gone = await SendAsync("GET", "/files/d");
        await AssertProblemAsync(gone, 404);
    }

    [Test]
    public async Task PostAppend_AddsAtTheEnd_AndPostAloneIsRefused()
    {
        Assert.That(await StatusAsync("POST", "/files/log?append", "one,"), Is.EqualTo(201));
        Assert.That(await StatusAsync("POST", "/files/log?append", "two"), Is.EqualTo(204));
        Assert.That(await Http.GetStringAsync("/files/log"), Is.EqualTo("one,two"));
        using var refused = await SendAsync("POST", "/files/log", "three");
        await AssertProblemAsync(refused, 400);
        Assert.That(await Http.GetStringAsync("/files/log"), Is.EqualTo("one,two"));
    }

    [TestCase("/files/a/../b")]
    [TestCase("/files/../b")]
    [TestCase("/files/%2e%2e/b")]
    [TestCase("/files/a//b")]
    [TestCase("/files/a/")]
    [TestCase("/files/%2Fetc/passwd")]
    public async Task BadPath_IsABadRequest(string target)
    {
        using var put = await SendAsync("PUT", target, "x");
        await AssertProblemAsync(put, 400);
        using var get = await SendAsync("GET", target);
        await AssertProblemAsync(get, 400);
    }

    [Test]
    public async Task Paths_AreDecodedOnce()
    {
        await StatusAsync("PUT", "/files/p%2Fq", "slash");
        await StatusAsync("PUT", "/files/p%252Fq", "percent");
        await StatusAsync("PUT", "/files/%E6%97%A5%20x", "text");
        Assert.That(await Http.GetStringAsync("/files/p/q"), Is.EqualTo("slash"));
        Assert.That(await ListAsync(""), Is.EquivalentTo(new[] { "p/q", "p%2Fq", "日 x" }));
    }

    [Test]
    public async Task Listing_IsOneJsonLineForEachFile()
    {
        for (var number = 0; number < 300; number++)
        {
            await StatusAsync("PUT", $"/files/tree/{number % 7}/{number}", "x");
        }

        await StatusAsync("PUT", "/files/other", "x");
        Assert.That(await ListAsync("?directory=tree"), Is.EquivalentTo(Enumerable.Range(0, 300).Select(number => $"tree/{number % 7}/{number}")));
        Assert.That(await ListAsync("?directory=nothing"), Is.Empty);
        using var bad = await SendAsync("GET", "/files?directory=../x");
        await AssertProblemAsync(bad, 400);
    }

    [Test]
    public async Task Routes_SayWhereAPathBelongs()
    {
        var route = JsonDocument.Parse(await Http.GetStringAsync("/routes/a/b.txt")).RootElement;
        Assert.Multiple(() =>
        {
            Assert.That(route.GetProperty("path").GetString(), Is.EqualTo("a/b.txt"));
            Assert.That(route.GetProperty("bucket").GetInt32(), Is.InRange(0, 4095));
            Assert.That(route.GetProperty("file_system_id").GetString(), Is.EqualTo("fs-local"));
            Assert.That(route.GetProperty("mount_target_id").GetString(), Is.EqualTo("fsmt-local"));
            Assert.That(route.GetProperty("physical_path").GetString(), Does.EndWith("a/b.txt"));
        });
        using var bad = await SendAsync("GET", "/routes/a/../b");
        await AssertProblemAsync(bad, 400);
    }

    [TestCase("/healthz/live")]
    [TestCase("/healthz/ready")]
    public async Task Health_IsGood(string target) => Assert.That(await StatusAsync("GET", target), Is.EqualTo(200));

    private static async Task AssertProblemAsync(HttpResponseMessage reply, int status)
    {
        var body = await reply.Content.ReadAsStringAsync();
        Assert.That((int)reply.StatusCode, Is.EqualTo(status), body);
        Assert.That(reply.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/problem+json"));
        Assert.That(JsonDocument.Parse(body).RootElement.GetProperty("status").GetInt32(), Is.EqualTo(status));
    }

    private async Task<List<string>> ListAsync(string query)
    {
        var lines = (await Http.GetStringAsync("/files" + query)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("path").GetString()!)];
    }
}
