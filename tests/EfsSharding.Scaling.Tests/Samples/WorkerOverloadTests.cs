using System.Net.Sockets;
using EfsSharding.TestSupport.Samples;

namespace EfsSharding.Scaling.Tests.Samples;

/// <summary>A Worker that may open few files, and clients that open more connections than that.</summary>
[TestFixture]
[NonParallelizable]
[Platform(Include = "Linux")]
internal sealed class WorkerOverloadTests : WorkerProcessFixture
{
    private const int OpenFiles = 320;
    private const int Connections = 400;

    [Test]
    public async Task MoreConnectionsThanOpenFiles_AreAnsweredInTurn_AndTheServiceGoesOn()
    {
        Assert.That((await Raw.SendAsync("PUT", "/files/a", "x")).Status, Is.EqualTo(201));
        for (var round = 0; round < 3; round++)
        {
            var connections = new List<TcpClient>();
            try
            {
                for (var number = 0; number < Connections; number++)
                {
                    connections.Add(await Raw.ConnectAsync());
                }

                await Task.WhenAll(connections.Select(AskAsync));
            }
            finally
            {
                connections.ForEach(connection => connection.Dispose());
            }
        }

        Assert.That(Worker.Output.Where(line => line.Contains("[3010]", StringComparison.Ordinal)), Is.Not.Empty);
        Worker.Terminate();
        Assert.That(await Worker.ExitAsync(), Is.Zero, Worker.Error);
    }

    private protected override SampleProcess Start(Dictionary<string, string> variables) => SampleProcess.StartWithOpenFiles(OpenFiles, "Worker", "Worker", variables);

    private async Task AskAsync(TcpClient connection)
    {
        await RawHttp.WriteAsync(connection, Raw.Head("GET", "/files/a"));
        Assert.That((await RawHttp.ReadAsync(connection)).Status, Is.EqualTo(200));
    }
}
