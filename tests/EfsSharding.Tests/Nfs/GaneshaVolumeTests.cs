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
        GaneshaServer.IsNeeded();
        _server = new GaneshaServer();
        await _server.StartAsync();
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }
}
