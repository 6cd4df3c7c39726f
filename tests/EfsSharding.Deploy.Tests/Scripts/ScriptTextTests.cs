using System.Runtime.Versioning;
using System.Text.RegularExpressions;
using EfsSharding.TestSupport;

namespace EfsSharding.Deploy.Tests.Scripts;

[TestFixture]
[UnsupportedOSPlatform("windows")]
internal sealed partial class ScriptTextTests
{
    private static IEnumerable<string> All => Directory.GetFiles(Repository.At("samples"), "*.sh", SearchOption.AllDirectories);

    [TestCaseSource(nameof(All))]
    public async Task Shellcheck_FindsNothing(string path)
    {
        Needs.Program("shellcheck", "shellcheck");
        var check = await ToolRun.RunAsync("shellcheck", ["--external-sources", "--source-path=SCRIPTDIR", path]);
        Assert.That(check.Status, Is.Zero, check.Output + check.Error);
    }

    [TestCaseSource(typeof(Workshop), nameof(Workshop.Scripts))]
    [Platform("Linux")]
    public async Task Help_NamesEveryOption_AndAnUnknownOneIsRefused(string script)
    {
        using var workshop = new Workshop();
        var path = Repository.At("samples", "scripts", script);
        var text = await File.ReadAllTextAsync(path);
        var options = Option().Matches(text).Select(match => match.Value).Distinct().ToList();
        var help = (await workshop.RunAsync(script, "--help")).Succeeded();
        var unknown = await workshop.RunAsync(script, "--nonsense");
        Assert.Multiple(() =>
        {
            Assert.That(text, Does.StartWith("#!/usr/bin/env bash\nset -euo pipefail\n"));
            Assert.That(File.GetUnixFileMode(path).HasFlag(UnixFileMode.OtherExecute));
            Assert.That(options, Has.Count.GreaterThan(2));
            Assert.That(options.Where(option => !help.Output.Contains($"  {option} ", StringComparison.Ordinal)), Is.Empty);
            Assert.That(unknown.Status, Is.EqualTo(1));
            Assert.That(unknown.Error, Is.EqualTo($"{script}: --nonsense is not an option; see --help.\n"));
            Assert.That(workshop.Calls, Is.Empty);
        });
    }

    // The patterns of the scripts' case statements.
    [GeneratedRegex(@"(?<=^    (?:--[a-z-]+ \| )*)--[a-z-]+(?=( \| --[a-z-]+)*\))", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Option();
}
