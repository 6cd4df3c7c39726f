using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using NSubstitute;

namespace EfsSharding.Scaling.Tests.Samples;

/// <summary>What a client knows already (RFC 9110 §13), at each method: nothing is replaced, extended or deleted that is not as the client believes.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class WorkerPreconditionTests : WorkerFixture
{
    private const string Past = "Thu, 01 Jan 1970 00:00:00 GMT";
    private const string Future = "Fri, 01 Jan 2100 00:00:00 GMT";

    private readonly IShardedFileStore _store = Substitute.For<IShardedFileStore>();
    private bool _substitutes;

    [TestCase("If-Match", "*", 200, 204)]
    [TestCase("If-Match", "\"tag\"", 412, 412)]
    [TestCase("If-Match", "\"a\", W/\"b\"", 412, 412)]
    [TestCase("If-Match", "nonsense", 412, 412)]
    [TestCase("If-Unmodified-Since", Past, 412, 412)]
    [TestCase("If-Unmodified-Since", Future, 200, 204)]
    [TestCase("If-Unmodified-Since", "nonsense", 200, 204)]
    [TestCase("If-None-Match", "*", 304, 412)]
    [TestCase("If-None-Match", "\"tag\"", 200, 204)]
    [TestCase("If-Modified-Since", Past, 200, 204)]
    [TestCase("If-Modified-Since", Future, 304, 204)]
    [TestCase("If-Modified-Since", "nonsense", 200, 204)]
    public async Task Precondition_OfAFileThatIsThere(string name, string value, int reading, int changing)
    {
        await StatusAsync("PUT", "/files/a", "old");
        foreach (var method in new[] { "GET", "HEAD" })
        {
            using var reply = await SendAsync(method, "/files/a", null, (name, value));
            Assert.That((int)reply.StatusCode, Is.EqualTo(reading), method);
            Assert.That(await reply.Content.ReadAsStringAsync(), method == "GET" && reading == 200 ? Is.EqualTo("old") : Is.Not.EqualTo("old"));
            Assert.That(reply.Headers.AcceptRanges, Is.EqualTo(["bytes"]));
        }

        foreach (var (method, target, body, left) in new[] { ("PUT", "/files/a", "new", "new"), ("POST", "/files/a?append", "!", "new!"), ("DELETE", "/files/a", null, null) })
        {
            Assert.That(await StatusAsync(method, target, body, (name, value)), Is.EqualTo(changing), method);
            if (changing == 412 || left is not null)
            {
                Assert.That(await Http.GetStringAsync("/files/a"), Is.EqualTo(changing == 412 ? "old" : left), method);
            }
        }
    }

    [TestCase("If-Match", "*", 412)]
    [TestCase("If-Match", "\"tag\"", 412)]
    [TestCase("If-Unmodified-Since", Past, 201)]
    [TestCase("If-None-Match", "*", 201)]
    [TestCase("If-Modified-Since", Future, 201)]
    public async Task Precondition_OfNoFile(string name, string value, int writing)
    {
        Assert.That(await StatusAsync("PUT", "/files/new", "x", (name, value)), Is.EqualTo(writing));
        Assert.That(await StatusAsync("POST", "/files/log?append", "x", (name, value)), Is.EqualTo(writing));
        foreach (var method in new[] { "GET", "HEAD", "DELETE" })
        {
            Assert.That(await StatusAsync(method, "/files/none", null, (name, value)), Is.EqualTo(404), method);
        }
    }

    /// <summary>§13.2.2: If-Match goes before If-Unmodified-Since, and If-None-Match before If-Modified-Since.</summary>
    [Test]
    public async Task Tags_GoBeforeTimes()
    {
        await StatusAsync("PUT", "/files/a", "old");
        foreach (var method in new[] { "GET", "HEAD" })
        {
            Assert.That(await StatusAsync(method, "/files/a", null, ("If-Match", "*"), ("If-Unmodified-Since", Past)), Is.EqualTo(200), method);
            Assert.That(await StatusAsync(method, "/files/a", null, ("If-None-Match", "\"tag\""), ("If-Modified-Since", Future)), Is.EqualTo(200), method);
        }
    }

    [Test]
    public async Task ETag_IsTheVersion_AndConditionsHoldByIt()
    {
        await StatusAsync("PUT", "/files/a", "one");
        var first = await TagAsync();
        await StatusAsync("PUT", "/files/a", "two");
        var second = await TagAsync();

        Assert.That(second, Is.Not.EqualTo(first));
        Assert.That(second, Does.StartWith("\"").And.EndWith("\""));
        foreach (var method in new[] { "GET", "HEAD" })
        {
            Assert.That(await StatusAsync(method, "/files/a", null, ("If-None-Match", second)), Is.EqualTo(304), method);
            Assert.That(await StatusAsync(method, "/files/a", null, ("If-None-Match", $"W/{second}")), Is.EqualTo(304), method);
            Assert.That(await StatusAsync(method, "/files/a", null, ("If-None-Match", first)), Is.EqualTo(200), method);
            Assert.That(await StatusAsync(method, "/files/a", null, ("If-Match", first)), Is.EqualTo(412), method);
            Assert.That(await StatusAsync(method, "/files/a", null, ("If-Match", $"{first}, {second}")), Is.EqualTo(200), method);
        }

        Assert.That(await StatusAsync("GET", "/files/a", null, ("Range", "bytes=1-"), ("If-Range", second)), Is.EqualTo(206));
        Assert.That(await StatusAsync("GET", "/files/a", null, ("Range", "bytes=1-"), ("If-Range", first)), Is.EqualTo(200));
        Assert.That(await StatusAsync("PUT", "/files/a", "three", ("If-Match", first)), Is.EqualTo(412));
        Assert.That(await StatusAsync("PUT", "/files/a", "three", ("If-Match", $"W/{second}")), Is.EqualTo(412), "a weak tag is none");
        Assert.That(await StatusAsync("DELETE", "/files/a", null, ("If-Match", first)), Is.EqualTo(412));
        Assert.That(await StatusAsync("PUT", "/files/a", "three", ("If-Match", second)), Is.EqualTo(204));
        Assert.That(await Http.GetStringAsync("/files/a"), Is.EqualTo("three"));
        Assert.That(await StatusAsync("DELETE", "/files/a", null, ("If-Match", await TagAsync())), Is.EqualTo(204));

        async Task<string> TagAsync()
        {
            using var reply = await SendAsync("HEAD", "/files/a", null);
            return reply.Headers.ETag!.ToString();
        }
    }

    /// <summary>Of those that saw one version, one is let through.</summary>
    [Test]
    public async Task IfMatch_OfManyAtOnce_LetsOneThrough()
    {
        await StatusAsync("PUT", "/files/a", "0");
        for (var round = 0; round < 10; round++)
        {
            using var seen = await SendAsync("HEAD", "/files/a", null);
            var tag = seen.Headers.ETag!.ToString();
            var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(caller => StatusAsync("PUT", "/files/a", $"{round} {caller}", ("If-Match", tag))));
            Assert.That(answers.Count(status => status == 204), Is.EqualTo(1), $"round {round}");
            Assert.That(answers.Where(status => status != 204), Has.All.EqualTo(412), $"round {round}");
        }
    }

    /// <summary>A client that has the beginning of one version must not be given the end of the next one.</summary>
    [Test]
    public async Task IfRange_OfAFileThatIsReplacedBeforeItIsOpened_GetsAllOfTheNewOne()
    {
        _substitutes = true;
        await StopAsync();
        await StartAsync();
        var then = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var first = new StoredFileInfo { Path = "a", Length = 4, LastModified = then };
        _store.GetInfoAsync("a", Arg.Any<CancellationToken>()).Returns(first, first with { LastModified = then.AddSeconds(9) });
        _store.OpenReadAsync("a", Arg.Any<CancellationToken>()).Returns(_ => Task.FromResult<Stream>(new MemoryStream("NEW!"u8.ToArray())));

        using var reply = await SendAsync("GET", "/files/a", null, ("Range", "bytes=2-"), ("If-Range", then.ToString("R", CultureInfo.InvariantCulture)));

        Assert.That(((int)reply.StatusCode, await reply.Content.ReadAsStringAsync()), Is.EqualTo((200, "NEW!")));
    }

    private protected override void Replace(IServiceCollection services)
    {
        if (_substitutes)
        {
            services.RemoveAll<IShardedFileStore>();
            services.AddSingleton(_store);
        }
    }
}
