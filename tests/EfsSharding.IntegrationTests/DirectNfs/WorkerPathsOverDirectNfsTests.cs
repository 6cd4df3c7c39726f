using EfsSharding.TestSupport.Samples;
using EfsSharding.TestSupport.Servers;

namespace EfsSharding.IntegrationTests.DirectNfs;

/// <summary>Names in URLs, over direct NFS: the file on the server has the very name.</summary>
[TestFixture]
[Category("DirectNfs")]
[NonParallelizable]
internal sealed class WorkerPathsOverDirectNfsTests : WorkerPathContract
{
    private readonly List<GaneshaServer> _servers = [];

    private protected override string Files => _servers[0].Export;

    [OneTimeTearDown]
    public async Task StopServer()
    {
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }
    }

    [FsCheck.NUnit.Property(MaxTest = 25)]
    public void Any_name_is_the_same_file_everywhere_or_a_bad_request(byte[] bytes, byte[] choices, int seed) =>
        AssertIsTheSameEverywhereOrABadRequestAsync(bytes, choices, seed).GetAwaiter().GetResult();

    private protected override SampleProcess Start(Dictionary<string, string> variables)
    {
        _servers.Add(GaneshaServer.StartAsync().GetAwaiter().GetResult());
        return DirectNfsWorker.Start(_servers[0]);
    }
}
