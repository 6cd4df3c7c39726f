using System.Text.Json;

namespace EfsSharding.TestSupport.Samples;

/// <summary>One Worker process over a local directory for all tests of a fixture.</summary>
public abstract class WorkerProcessFixture
{
    private DirectoryInfo _root = null!;

    private protected SampleProcess Worker { get; private set; } = null!;

    private protected RawHttp Raw { get; private set; } = null!;

    private protected HttpClient Http { get; private set; } = null!;

    private protected virtual string Files => Path.Combine(_root.FullName, "fs-local");

    private protected virtual Dictionary<string, string> Variables => [];

    [OneTimeSetUp]
    public void StartWorker()
    {
        _root = Directory.CreateTempSubdirectory("efs-sharding-test-");
        Worker = Start(new(Variables, StringComparer.Ordinal)
        {
            ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
            ["EFS_ACCESS"] = "local",
            ["EFS_LOCAL_ROOT"] = _root.FullName,
        });
        var address = new Uri(Worker.WaitForLine(line => line.Contains("Now listening on: ", StringComparison.Ordinal)).Split("on: ")[1].Trim());
        (Raw, Http) = (new RawHttp(address), new HttpClient { BaseAddress = address });
    }

    [OneTimeTearDown]
    public void StopWorker()
    {
        Http?.Dispose();
        Worker?.Dispose();
        _root.Delete(recursive: true);
    }

    private protected virtual SampleProcess Start(Dictionary<string, string> variables) => SampleProcess.Start("Worker", "Worker", variables);

    private protected async Task<List<string>> ListAsync(string query = "")
    {
        var listing = await Raw.SendAsync("GET", $"/files{query}");
        Assert.That((listing.Status, listing.IsWhole), Is.EqualTo((200, true)), listing.Text);
        return [.. listing.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("path").GetString()!)];
    }
}
