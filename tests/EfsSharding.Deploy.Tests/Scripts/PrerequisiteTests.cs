using System.Runtime.Versioning;

namespace EfsSharding.Deploy.Tests.Scripts;

/// <summary>Each missing tool and setting is named before anything is done.</summary>
[TestFixture]
[Platform("Linux")]
[UnsupportedOSPlatform("windows")]
internal sealed class PrerequisiteTests
{
    private static readonly Dictionary<string, string[]> Tools = new()
    {
        ["build_and_push_worker.sh"] = ["aws", "docker", "git", "terraform"],
        ["deploy_all.sh"] = ["aws", "docker", "dotnet", "gcc", "git", "objdump", "terraform", "zip"],
        ["deploy_lambda.sh"] = ["aws", "dotnet", "gcc", "objdump", "terraform", "zip"],
        ["destroy.sh"] = ["aws", "terraform"],
    };

    private static IEnumerable<object[]> EachTool => Tools.SelectMany(script => script.Value.Select(tool => new object[] { script.Key, tool }));

    [Test]
    public void EveryScript_IsLookedAtHere() => Assert.That(Tools.Keys, Is.EquivalentTo(Workshop.Scripts));

    [TestCaseSource(nameof(EachTool))]
    public async Task MissingTool_IsNamedBeforeAnythingIsDone(string script, string tool)
    {
        using var workshop = new Workshop();
        workshop.Remove(tool);
        var run = await workshop.RunAsync(script);
        var name = tool == "gcc" ? "clang or gcc" : tool;
        Assert.Multiple(() =>
        {
            Assert.That(run.Status, Is.EqualTo(1), run.Error);
            Assert.That(run.Error, Does.Match($@"^{script}: {name} is not installed; (it|one) is needed to .+\.\n$"));
            Assert.That(workshop.Calls, Is.All.EqualTo("aws sts get-caller-identity"));
        });
    }

    [TestCaseSource(nameof(EachTool))]
    public async Task DryRun_NamesTheMissingTool_AndGoesOn(string script, string tool)
    {
        using var workshop = new Workshop();
        workshop.Remove(tool);
        var run = await workshop.RunAsync(script, tool == "git" ? ["--dry-run", "--tag", "v1"] : ["--dry-run"]);
        Assert.That(run.Status, Is.Zero, run.Error);
        Assert.That(tool == "git" || run.Error.Contains($"{(tool == "gcc" ? "clang or gcc" : tool)} is not installed", StringComparison.Ordinal), run.Error);
    }

    [TestCaseSource(typeof(Workshop), nameof(Workshop.Scripts))]
    public async Task MissingRegionAndCredentials_AreNamedTogether(string script)
    {
        using var workshop = new Workshop();
        workshop.Environment.Remove("AWS_REGION");
        workshop.Put("aws", "exit 255");
        var run = await workshop.RunAsync(script);
        Assert.Multiple(() =>
        {
            Assert.That(run.Status, Is.EqualTo(1));
            Assert.That(run.Error, Does.Contain($"{script}: AWS_REGION is not set; set it to the region to deploy to, for example eu-west-1.\n"));
            Assert.That(run.Error, Does.Contain($"{script}: AWS takes no credentials of yours;"));
            Assert.That(workshop.Calls.Where(call => call is not "aws sts get-caller-identity" and not "aws configure get region"), Is.Empty);
        });
    }

    [Test]
    public async Task TheRegion_MayBeConfigured()
    {
        using var workshop = new Workshop();
        workshop.Environment.Remove("AWS_REGION");
        workshop.Put("aws", "[[ $1 != configure ]] || echo eu-west-1\n" + StandIns.Aws);
        (await workshop.RunAsync("build_and_push_worker.sh")).Succeeded();
    }

    [Test]
    public async Task UnknownBuilder_IsRefused()
    {
        using var workshop = new Workshop();
        var run = await workshop.RunAsync("deploy_all.sh", "--builder", "magic");
        Assert.That((run.Status, run.Error), Is.EqualTo((1, "deploy_all.sh: --builder is docker or dotnet, not 'magic'.\n")));
    }
}
