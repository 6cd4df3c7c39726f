using EfsSharding.TestSupport.Samples;

namespace EfsSharding.Scaling.Tests.Samples;

/// <summary>However a Quickstart ends, no scratch directory stays for good, and what went wrong is one line.</summary>
[TestFixture]
internal sealed class QuickstartScratchTests
{
    private DirectoryInfo _temporary = null!;

    [SetUp]
    public void MakeTemporaryDirectory() => _temporary = Directory.CreateTempSubdirectory("efs-sharding-test-");

    [TearDown]
    public void DeleteTemporaryDirectory() => _temporary.Delete(recursive: true);

    [Test]
    [Platform(Exclude = "Win")]
    public async Task AskedToStop_LeavesNothing()
    {
        using var process = Start("--files", "10000000");
        process.WaitForLine(line => line.Contains("Scaling run", StringComparison.Ordinal));
        process.Terminate();
        Assert.That(await process.ExitAsync(), Is.EqualTo(130), process.Error);
        Assert.That(process.Error.Trim(), Is.EqualTo("Stopped; nothing was left behind."));
        Assert.That(_temporary.EnumerateFileSystemInfos("efs-sharding-*"), Is.Empty);
    }

    [Test]
    [Platform(Exclude = "Win")]
    public async Task Killed_IsClearedUpAfterByTheNext()
    {
        using (var process = Start("--files", "10000000"))
        {
            process.WaitForLine(line => line.Contains("Scaling run", StringComparison.Ordinal));
        }

        Assert.That(_temporary.EnumerateFileSystemInfos("efs-sharding-*"), Is.Not.Empty, "it was killed");
        using var next = Start("--files", "100");
        Assert.That(await next.ExitAsync(), Is.Zero, next.Error);
        Assert.That(_temporary.EnumerateFileSystemInfos("efs-sharding-*"), Is.Empty);
    }

    [Test]
    [Platform(Exclude = "Win")]
    public async Task TemporaryDirectoryThatIsNone_IsNamedInOneLine()
    {
        using var process = Start(Path.Combine(_temporary.FullName, "none"), []);
        Assert.That(await process.ExitAsync(), Is.EqualTo(1), process.Error);
        Assert.That(process.Error.Trim().Split('\n'), Has.Length.EqualTo(1), process.Error);
        Assert.That(process.Error, Does.Contain(Path.Combine(_temporary.FullName, "none")).And.Contain("TMPDIR"));
    }

    private SampleProcess Start(params string[] args) => Start(_temporary.FullName, args);

    private static SampleProcess Start(string temporary, string[] args) => SampleProcess.Start("Quickstart", "Quickstart", [new("TMPDIR", temporary)], args);
}
