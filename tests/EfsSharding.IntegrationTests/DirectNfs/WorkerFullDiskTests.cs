using System.Net;
using System.Text.Json;
using EfsSharding.TestSupport;
using EfsSharding.TestSupport.Samples;
using EfsSharding.TestSupport.Servers;

namespace EfsSharding.IntegrationTests.DirectNfs;

/// <summary>A file system that is really full, through HTTP: 507, what was there stays, and nothing is left behind.</summary>
[Category("DirectNfs")]
[NonParallelizable]
public sealed class WorkerFullDiskTests
{
    private const string Size = "512k";
    private static readonly byte[] Small = [.. Enumerable.Range(0, 20_000).Select(i => (byte)i)];

    [Test]
    public async Task Over_direct_NFS()
    {
        await using var ganesha = await GaneshaServer.StartAsync(Size);
        using var worker = DirectNfsWorker.Start(ganesha);
        await AssertItIsSaidAsync(worker, ganesha.Export);
    }

    [Test]
    public async Task Over_a_local_directory()
    {
        using var disk = SmallDisk.Mount(Directory.CreateTempSubdirectory("efs-sharding-full-").FullName, Size);
        using var worker = SampleProcess.Start("Worker", "Worker", new Dictionary<string, string>
        {
            ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
            ["EFS_ACCESS"] = "local",
            ["EFS_LOCAL_ROOT"] = disk.Directory,
        });
        await AssertItIsSaidAsync(worker, disk.Directory);
    }

    private static async Task AssertItIsSaidAsync(SampleProcess worker, string files)
    {
        using var http = DirectNfsWorker.Client(worker);
        Assert.That(await StatusAsync(HttpMethod.Put, "/files/a/old", Small, chunked: false), Is.EqualTo(HttpStatusCode.Created));
        foreach (var length in new[] { 600_000, 3_000_000 })
        {
            foreach (var chunked in new[] { false, true })
            {
                foreach (var target in new[] { "/files/a/old", "/files/a/new", "/files/b/new" })
                {
                    Assert.That(await StatusAsync(HttpMethod.Put, target, new byte[length], chunked), Is.EqualTo(HttpStatusCode.InsufficientStorage), $"{target} {length} {chunked}");
                    Assert.That(await http.GetByteArrayAsync("/files/a/old"), Is.EqualTo(Small));
                    Assert.That(ListedFiles.Under(files).Select(Path.GetFileName), Is.EqualTo(["old"]));
                }

                Assert.That(await StatusAsync(HttpMethod.Post, "/files/a/old?append", new byte[length], chunked), Is.EqualTo(HttpStatusCode.InsufficientStorage));
                Assert.That((await http.GetByteArrayAsync("/files/a/old")).Take(Small.Length), Is.EqualTo(Small));
                Assert.That(await StatusAsync(HttpMethod.Delete, "/files/a/old", null, chunked: false), Is.EqualTo(HttpStatusCode.NoContent));
                Assert.That(await StatusAsync(HttpMethod.Put, "/files/a/old", Small, chunked), Is.EqualTo(HttpStatusCode.Created), "there is room again");
            }
        }

        Assert.That(await http.GetStringAsync("/healthz/ready"), Is.EqualTo("Healthy"), "a full disk is no fault of a mount target");

        async Task<HttpStatusCode> StatusAsync(HttpMethod method, string target, byte[]? body, bool chunked)
        {
            using var request = new HttpRequestMessage(method, target) { Content = body is null ? null : new ByteArrayContent(body) };
            request.Headers.TransferEncodingChunked = chunked ? true : null;
            using var reply = await http.SendAsync(request);
            if (reply.StatusCode == HttpStatusCode.InsufficientStorage)
            {
                var problem = JsonDocument.Parse(await reply.Content.ReadAsStringAsync()).RootElement;
                TestContext.Out.WriteLine(problem);
                Assert.That(problem.GetProperty("detail").GetString(), Does.Contain(target.Split('?')[0]["/files/".Length..]));
                Assert.That(problem.TryGetProperty("may_have_taken_effect", out _));
            }

            return reply.StatusCode;
        }
    }
}
