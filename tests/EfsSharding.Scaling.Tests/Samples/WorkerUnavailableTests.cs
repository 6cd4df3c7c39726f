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

    private static IEnumerable<TestCaseData> Failures() =>
    [
        new(new PathConflictException("a", "'a' is a directory."), 409, false),
        new(new StorageFullException("a", "The file system is full."), 507, false),
        new(new StoreBusyException("Too many open files."), 503, true),
        new(new EarlierChangeInDoubtException("a", "An earlier change is in doubt."), 503, true),
        new(new ContentNotRepeatableException("a", "The content cannot be read again."), 503, true),
        new(new FileChangedException("a", "It was replaced."), 503, true),
        new(new TargetUnavailableException("fs-1", "No mount target of fs-1 answers."), 503, true),
        new(new ChangeInDoubtException("a", "It may be there.") { MayHaveTakenEffect = true }, 504, false),
        new(new FileExistsException("a"), 412, false),
    ];

    [TestCaseSource(nameof(Failures))]
    public async Task Failure_HasItsOwnStatus_AndSaysWhetherItMayHaveTakenEffect(StoreException failure, int status, bool passes)
    {
        _store.GetInfoAsync("a", Arg.Any<CancellationToken>()).Returns((StoredFileInfo?)null);
        _store.WriteAsync("a", Arg.Any<Stream>(), Arg.Any<FileWriteMode>(), Arg.Any<CancellationToken>()).Returns(Task.FromException(failure));
        using var reply = await SendAsync("PUT", "/files/a", "x");
        var problem = JsonDocument.Parse(await reply.Content.ReadAsStringAsync()).RootElement;
        Assert.Multiple(() =>
        {
            Assert.That((int)reply.StatusCode, Is.EqualTo(status));
            Assert.That(reply.Headers.RetryAfter is not null, Is.EqualTo(passes));
            Assert.That(problem.GetProperty("detail").GetString(), Is.EqualTo(failure.Message));
            Assert.That(problem.GetProperty("may_have_taken_effect").GetBoolean(), Is.EqualTo(failure is ChangeInDoubtException));
        });
    }

    [TestCase(1)]
    [TestCase(3)]
    [TestCase(5000)]
    public async Task Listing_ThatFailsMidway_EndsInALineThatSaysSo(int after)
    {
        _store.EnumerateAsync(Arg.Any<string>(), Arg.Any<CancellationToken>())
            .Returns(Failing(new TargetUnavailableException("fs-1", "No mount target of fs-1 answers."), after));
        var lines = (await Http.GetStringAsync("/files")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(lines, Has.Length.EqualTo(after + 1));
        Assert.That(lines[^1], Is.EqualTo("""{"error":"The listing is not complete. No mount target of fs-1 answers."}"""));
    }

    [Test]
    public void Get_WhoseFileIsLostMidway_IsABrokenConnection()
    {
        _store.GetInfoAsync("a", Arg.Any<CancellationToken>()).Returns(new StoredFileInfo { Path = "a", Length = 1 << 20, LastModified = DateTimeOffset.UnixEpoch });
        _store.OpenReadAsync("a", Arg.Any<CancellationToken>()).Returns(_ => new BreakingStream(1 << 20, 300_000, new FileChangedException("a", "It was replaced.")));
        Assert.That(async () => await Http.GetByteArrayAsync("/files/a"), Throws.InstanceOf<HttpRequestException>());
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
