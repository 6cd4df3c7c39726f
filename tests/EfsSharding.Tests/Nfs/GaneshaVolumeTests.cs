using System.Diagnostics;
using EfsSharding.TestSupport.Servers;

namespace EfsSharding.Tests.Nfs;

/// <summary>The volume over nfs-ganesha.</summary>
internal sealed class GaneshaVolumeTests : DirectNfsVolumeTests
{
    private GaneshaServer? _server;

    protected override MountTarget Target { get; } = new() { MountTargetId = "fsmt-1", FileSystemId = "fs-1", IpAddress = "127.0.0.1" };

    protected override int Port => _server!.Port;

    [OneTimeSetUp]
    public async Task Start()
    {
        _server = await GaneshaServer.StartAsync();
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    /// <summary>More callers than the pool has threads, all of them on the pool: the parts of their files must arrive without it.</summary>
    [Test]
    public async Task Readers_that_block_need_no_thread_but_their_own()
    {
        const int Readers = 64;
        var content = new byte[400_000];
        new Random(1).NextBytes(content);
        await WriteAsync("blocking/file", content);
        var streams = await Task.WhenAll(Enumerable.Range(0, Readers).Select(_ => Volume.OpenReadAsync("blocking/file", default)));

        var started = Stopwatch.GetTimestamp();
        var equal = await Task.WhenAll(streams.Select(stream => Task.Run(() =>
        {
            using (stream)
            {
                var buffer = new byte[content.Length];
                for (var read = 0; read < buffer.Length;)
                {
                    read += stream.Read(buffer, read, Math.Min(4096, buffer.Length - read));
                }

                return buffer.AsSpan().SequenceEqual(content);
            }
        })));

        TestContext.Out.WriteLine($"{Readers} readers that block, {Stopwatch.GetElapsedTime(started).TotalMilliseconds:0} ms");
        Assert.That(equal, Has.All.True);
    }

    [Test]
    public async Task A_pipe_or_a_link_is_no_file_where_files_must_be_opened_either()
    {
        var directory = Directory.CreateDirectory(Path.Combine(_server!.Export, "odd")).FullName;
        using (var mkfifo = Process.Start("mkfifo", Path.Combine(directory, "pipe")))
        {
            await mkfifo.WaitForExitAsync();
        }

        File.CreateSymbolicLink(Path.Combine(directory, "link"), "pipe");
        foreach (var refusesAnonymous in new[] { false, true })
        {
            if (refusesAnonymous)
            {
                Volume.Abilities.AnonymousRead.Refuse();
            }

            await Assert.ThrowsAsync<FileNotFoundException>(() => Volume.ReadAllBytesAsync("odd/pipe", default));
            await Assert.ThrowsAsync<FileNotFoundException>(() => Volume.OpenReadAsync("odd/pipe", default));
            await Assert.ThrowsAsync<FileNotFoundException>(() => Volume.ReadAllBytesAsync("odd/link", default));
            await Assert.ThrowsAsync<FileNotFoundException>(() => Volume.OpenReadAsync("odd/link", default));
            Assert.That(await Volume.GetAttributesAsync("odd/pipe", default), Is.Null);
            Assert.That(await Volume.GetAttributesAsync("odd/link", default), Is.Null);
        }
    }
}
