using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using NSubstitute;

namespace EfsSharding.Scaling.Tests.Samples;

/// <summary>The Worker over a store whose file system does not answer.</summary>
[TestFixture]
internal sealed class WorkerUnavailableTests : WorkerFixture
{
    private readonly IShardedFileStore _store = Substitute.For<IShardedFileStore>();

    [Test]
    public async Task Requests_AreAnsweredWithServiceUnavailable()
    {
        var unavailable = new TargetUnavailableException("fs-1", "No mount target of fs-1 answers.");
        _store.GetInfoAsync("a", Arg.Any<CancellationToken>()).Returns(Task.FromException<StoredFileInfo?>(unavailable));
        _store.DeleteAsync("a", Arg.Any<CancellationToken>()).Returns(Task.FromException<bool>(unavailable));
        _store.EnumerateAsync(Arg.Any<string>(), Arg.Any<CancellationToken>()).Returns(Failing(unavailable, after: 0));
        foreach (var (method, target) in new[] { ("GET", "/files/a"), ("PUT", "/files/a"), ("POST", "/files/a?append"), ("DELETE", "/files/a"), ("GET", "/files") })
        {
            using var reply = await SendAsync(method, target, method is "PUT" or "POST" ? "x" : null);
            Assert.That(reply.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable), $"{method} {target}");
            Assert.That(reply.Headers.RetryAfter, Is.Not.Null);
            Assert.That(reply.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/problem+json"));
            Assert.That(JsonDocument.Parse(await reply.Content.ReadAsStringAsync()).RootElement.GetProperty("detail").GetString(), Is.EqualTo(unavailable.Message));
        }
    }

    [Test]
    public async Task Denials_AreAnsweredWithForbidden_AndSayWhatToLookAt()
    {
        var denied = new UnauthorizedAccessException("'a': Check the owner and mode of the directory.");
        _store.GetInfoAsync("a", Arg.Any<CancellationToken>()).Returns(Task.FromException<StoredFileInfo?>(denied));
        using var reply = await SendAsync("GET", "/files/a");
        Assert.That(reply.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That(JsonDocument.Parse(await reply.Content.ReadAsStringAsync()).RootElement.GetProperty("detail").GetString(), Is.EqualTo(denied.Message));
    }

    [Test]
    public void Listing_ThatBreaksOffMidway_IsABrokenConnection()
    {
        _store.EnumerateAsync(Arg.Any<string>(), Arg.Any<CancellationToken>())
            .Returns(Failing(new TargetUnavailableException("fs-1", "No mount target of fs-1 answers."), after: 3));
        Assert.That(async () => await Http.GetStringAsync("/files"), Throws.InstanceOf<HttpRequestException>());
    }

    private protected override void Replace(IServiceCollection services) => services.AddSingleton(_store);

    private static async IAsyncEnumerable<string> Failing(Exception exception, int after)
    {
        for (var number = 0; number < after; number++)
        {
            yield return $"file-{number}";
            await Task.Yield();
        }

        await Task.Yield();
        throw exception;
    }
}
