using System.Net;
using EfsSharding.TestSupport.Servers;

namespace EfsSharding.IntegrationTests.DirectNfs;

/// <summary>A GET over direct NFS whose file is replaced or deleted while it is being sent.</summary>
[Category("DirectNfs")]
[NonParallelizable]
public sealed class WorkerReplacedFileTests
{
    private const int Begun = 1000;

    [TestCase(60_000)]
    [TestCase(300_000)]
    [TestCase(20_000_000)]
    public async Task A_get_has_all_of_the_old_content(int length)
    {
        await using var ganesha = await GaneshaServer.StartAsync();
        using var worker = DirectNfsWorker.Start(ganesha);
        using var http = DirectNfsWorker.Client(worker);
        foreach (var change in new Func<Task>[] { PutTwiceAsync, DeleteAsync, RenameOverItAsync, DeleteOnTheServerAsync })
        {
            await PutAsync('A');
            using var reply = await http.GetAsync("/files/d/f", HttpCompletionOption.ResponseHeadersRead);
            Assert.That((reply.StatusCode, reply.Content.Headers.ContentLength), Is.EqualTo((HttpStatusCode.OK, (long?)length)));
            await using var stream = await reply.Content.ReadAsStreamAsync();
            var content = new byte[length];
            await stream.ReadExactlyAsync(content.AsMemory(0, Begun));
            await change();
            await stream.ReadExactlyAsync(content.AsMemory(Begun));
            Assert.That(await stream.ReadAsync(new byte[1]), Is.Zero);
            Assert.That(content.AsSpan().IndexOfAnyExcept((byte)'A'), Is.EqualTo(-1), change.Method.Name);
        }

        worker.Terminate();
        Assert.That(await worker.ExitAsync(), Is.Zero, worker.Error);
        Assert.That(worker.Output.Where(line => line.StartsWith("fail", StringComparison.Ordinal) || line.Contains("[3001]", StringComparison.Ordinal)), Is.Empty);

        async Task PutTwiceAsync()
        {
            await PutAsync('B');
            await PutAsync('C');
            Assert.That((await http.GetByteArrayAsync("/files/d/f")).AsSpan().IndexOfAnyExcept((byte)'C'), Is.EqualTo(-1));
        }

        async Task DeleteAsync()
        {
            using var reply = await http.DeleteAsync("/files/d/f");
            Assert.That(reply.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
            await PutAsync('B');
        }

        async Task RenameOverItAsync()
        {
            var other = Path.Combine(ganesha.Export, "other");
            await File.WriteAllBytesAsync(other, Content('D', length));
            File.Move(other, Path.Combine(ganesha.Export, "d/f"), overwrite: true);
        }

        Task DeleteOnTheServerAsync()
        {
            File.Delete(Path.Combine(ganesha.Export, "d/f"));
            return PutAsync('E');
        }

        async Task PutAsync(char letter)
        {
            using var content = new ByteArrayContent(Content(letter, length));
            using var reply = await http.PutAsync("/files/d/f", content);
            Assert.That(reply.IsSuccessStatusCode, await reply.Content.ReadAsStringAsync());
        }
    }

    private static byte[] Content(char letter, int length)
    {
        var content = new byte[length];
        content.AsSpan().Fill((byte)letter);
        return content;
    }
}
