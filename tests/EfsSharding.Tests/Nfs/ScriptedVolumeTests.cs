using EfsSharding.TestSupport.Scripted;

namespace EfsSharding.Tests.Nfs;

/// <summary>The volume over the server in this process, which complains of whatever no client may send.</summary>
internal sealed class ScriptedVolumeTests : DirectNfsVolumeTests
{
    private readonly ScriptedServer _server = new(new PeerSettings { MaxEntries = 37 });

    protected override MountTarget Target { get; } = new() { MountTargetId = "fsmt-1", FileSystemId = "fs-1", IpAddress = "127.0.0.1" };

    protected override int Port => _server.Port;

    [TearDown]
    public void NothingToComplainOf() => Assert.That(_server.Complaints, Is.Empty);

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();
}
