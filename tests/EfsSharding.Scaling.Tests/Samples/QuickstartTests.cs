using System.Text.Json;
using EfsSharding.TestSupport.Samples;

namespace EfsSharding.Scaling.Tests.Samples;

[TestFixture]
internal sealed class QuickstartTests
{
    [Test]
    public async Task Quickstart_VerifiesEveryFileBehindOneMoreMountTarget()
    {
        using var process = SampleProcess.Start("Quickstart", "Quickstart", [], "--files", "2000", "--json");
        var status = await process.ExitAsync();
        Assert.That(process.Output, Is.Not.Empty, process.Error);
        var result = JsonDocument.Parse(process.Output[^1]).RootElement;
        Assert.Multiple(() =>
        {
            Assert.That(status, Is.Zero, process.Error);
            Assert.That(result.GetProperty("files_written").GetInt32(), Is.EqualTo(2000));
            Assert.That(result.GetProperty("files_verified").GetInt32(), Is.EqualTo(2000));
            Assert.That(result.GetProperty("mount_targets_before").GetInt32(), Is.EqualTo(3));
            Assert.That(result.GetProperty("mount_targets_after").GetInt32(), Is.EqualTo(4));
            Assert.That(result.GetProperty("moved_fraction").GetDouble(), Is.EqualTo(0.25).Within(0.05));
            Assert.That(result.GetProperty("elapsed_s").GetDouble(), Is.Positive);
        });
    }

    [TestCase("--files", "none")]
    [TestCase("--files")]
    [TestCase("--verbose")]
    public async Task Quickstart_RefusesWhatItDoesNotKnow(params string[] args)
    {
        using var process = SampleProcess.Start("Quickstart", "Quickstart", [], args);
        Assert.That(await process.ExitAsync(), Is.EqualTo(2));
        Assert.That(process.Error, Does.Contain("--files N"));
    }
}
