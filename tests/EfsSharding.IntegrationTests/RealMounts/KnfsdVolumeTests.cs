using EfsSharding.Nfs;
using EfsSharding.TestSupport.Contract;
using EfsSharding.Volumes;
using Microsoft.Extensions.Logging.Abstractions;

namespace EfsSharding.IntegrationTests.RealMounts;

/// <summary>The contract over direct NFS on the guest kernel's own server, whose loopback addresses are mount targets of one file system. Each test has a directory of its own.</summary>
[TestFixture]
[Category("RealMounts")]
[NonParallelizable]
internal sealed class KnfsdVolumeTests : VolumeContract
{
    private GuestServer _server = null!;
    private string _directory = "";
    private int _opened;

    [OneTimeSetUp]
    public void StartKnfsd()
    {
        _server = new GuestServer();
        _server.Control("start-knfsd");
    }

    [Test]
    public async Task A_small_file_is_read_in_one_compound_where_it_must_be_opened()
    {
        var volume = (DirectNfsVolume)await OpenAnotherAsync();
        volume.Abilities.AnonymousRead.Refuse();
        Server.Write("d/file", "content"u8);

        Assert.That(await volume.ReadAllBytesAsync("d/file", CancellationToken.None), Is.EqualTo("content"u8.ToArray()));
        Assert.That(volume.Abilities.CurrentStateId.IsTaken, Is.True);
    }

    protected override Task<IFilesOnServer> StartServerAsync()
    {
        _directory = Guid.NewGuid().ToString("N");
        _opened = 0;
        return Task.FromResult<IFilesOnServer>(new LocalFiles(Directory.CreateDirectory(Path.Join(_server.KnfsdExport, _directory)).FullName));
    }

    protected override Task<IVolume> OpenAsync()
    {
        var options = new DirectNfsOptions { Port = _server.KnfsdPort, RootPath = "/" + _directory };
        var mounter = new DirectNfsMounter(options, TimeSpan.FromSeconds(30), secure: null, Time, meters: null, NullLogger.Instance);
        return mounter.MountAsync(_server.Target(_opened++ % _server.Addresses.Count), CancellationToken.None);
    }
}
