using EfsSharding.TestSupport.Samples;

namespace EfsSharding.IntegrationTests.RealMounts;

/// <summary>A Worker process over the kernel's mounts of three targets, configured by its environment alone.</summary>
[TestFixture]
internal sealed class WorkerOverMountsTests : RealMountsFixture
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Test]
    public async Task Appends_of_many_callers_lose_and_tear_nothing()
    {
        using var worker = SampleProcess.Start("Worker", "Worker", Variables());
        var address = worker.WaitForLine(line => line.Contains("Now listening on: ", StringComparison.Ordinal)).Split("on: ")[1].Trim();
        using var http = new HttpClient { BaseAddress = new Uri(address), Timeout = Patience };
        await ConcurrentAppends.AssertNothingIsLostAsync(http, "/files/logs/today");
        Assert.That(File.Exists(Path.Join(Server.Export, "logs/today")));
        worker.Terminate();
        Assert.That(await worker.ExitAsync(), Is.Zero, worker.Error);
    }

    private Dictionary<string, string> Variables()
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
            ["EFS_ACCESS"] = "kernel",
            ["KernelMount__MountRoot"] = MountRoot,
        };
        for (var number = 0; number < Server.Addresses.Count; number++)
        {
            variables[$"EfsSharding__DefaultTargets__{number}__MountTargetId"] = $"fsmt-{number}";
            variables[$"EfsSharding__DefaultTargets__{number}__FileSystemId"] = "fs-1";
            variables[$"EfsSharding__DefaultTargets__{number}__IpAddress"] = Server.Addresses[number];
        }

        return variables;
    }
}
