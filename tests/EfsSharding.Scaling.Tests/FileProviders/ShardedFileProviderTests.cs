using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EfsSharding.Scaling.Tests.FileProviders;

/// <summary>A store behind UseStaticFiles, over HTTP.</summary>
internal sealed class ShardedFileProviderTests
{
    private DirectoryInfo _root = null!;
    private WebApplication _app = null!;
    private HttpClient _http = null!;

    private IShardedFileStore Store => _app.Services.GetRequiredService<IShardedFileStore>();

    [SetUp]
    public async Task StartAsync()
    {
        _root = Directory.CreateTempSubdirectory("efs-sharding-test-");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddEfsSharding(o => o.DefaultTargets.Add(new MountTarget { MountTargetId = "fsmt-1", FileSystemId = "fs-1" })).UseLocalDirectories(_root.FullName);
        _app = builder.Build();
        _app.UseStaticFiles(new StaticFileOptions { FileProvider = new ShardedFileProvider(Store, "public"), RequestPath = "/static" });
        await _app.StartAsync();
        _http = new HttpClient { BaseAddress = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()) };
    }

    [TearDown]
    public async Task StopAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
        _root.Delete(recursive: true);
    }

    [Test]
    public async Task Static_files_are_served_from_it_with_ranges_and_conditions()
    {
        await Store.WriteAllTextAsync("public/css/site.css", "0123456789");

        using var whole = await _http.GetAsync("/static/css/site.css");
        Assert.That(await whole.Content.ReadAsStringAsync(), Is.EqualTo("0123456789"));
        Assert.That(whole.Content.Headers.ContentType!.MediaType, Is.EqualTo("text/css"));

        using var part = new HttpRequestMessage(HttpMethod.Get, "/static/css/site.css") { Headers = { Range = new(3, 5) } };
        using var partial = await _http.SendAsync(part);
        Assert.That((partial.StatusCode, await partial.Content.ReadAsStringAsync()), Is.EqualTo((HttpStatusCode.PartialContent, "345")));

        using var again = new HttpRequestMessage(HttpMethod.Get, "/static/css/site.css") { Headers = { IfNoneMatch = { whole.Headers.ETag! } } };
        using var unchanged = await _http.SendAsync(again);
        Assert.That(unchanged.StatusCode, Is.EqualTo(HttpStatusCode.NotModified));
    }

    [TestCase("/static/missing.css")]
    [TestCase("/static/../private.css")]
    [TestCase("/static/%2e%2e/private.css")]
    [TestCase("/static//a.css")]
    [TestCase("/static/")]
    public async Task What_is_no_file_below_the_directory_is_not_found(string path)
    {
        await Store.WriteAllTextAsync("private.css", "secret");

        using var answer = await _http.GetAsync(path);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task A_directory_is_listed_one_level_deep()
    {
        await Store.WriteAllTextAsync("public/a", "1");
        await Store.WriteAllTextAsync("public/d/b", "22");
        await Store.WriteAllTextAsync("public/d/e/c", "333");
        var provider = new ShardedFileProvider(Store, "public");

        Assert.That(provider.GetDirectoryContents("/").Select(i => (i.Name, i.IsDirectory, i.Length)), Is.EquivalentTo(new[] { ("a", false, 1L), ("d", true, -1L) }));
        Assert.That(provider.GetDirectoryContents("/d/").Select(i => (i.Name, i.IsDirectory, i.Length)), Is.EquivalentTo(new[] { ("b", false, 2L), ("e", true, -1L) }));
        Assert.That(provider.GetDirectoryContents("/none").Exists, Is.False);
        Assert.That(provider.GetDirectoryContents("/..").Exists, Is.False);
    }

    [Test]
    public async Task A_file_that_was_replaced_since_it_was_looked_up_is_not_served_under_the_old_length()
    {
        await Store.WriteAllTextAsync("public/a", "one");
        var found = new ShardedFileProvider(Store).GetFileInfo("public/a");
        await Store.WriteAllTextAsync("public/a", "another");

        Assert.That(found.CreateReadStream, Throws.TypeOf<FileChangedException>());
    }
}
