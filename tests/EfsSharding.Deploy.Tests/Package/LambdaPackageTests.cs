using System.Text.RegularExpressions;

namespace EfsSharding.Deploy.Tests.Package;

[TestFixture]
internal sealed partial class LambdaPackageTests
{
    /// <summary>Amazon Linux 2023's, which provided.al2023 is. Source: docs.aws.amazon.com/linux/al2023, "Core glibc".</summary>
    private static readonly Version Glibc = new(2, 34);

    private const int ExecutableByAll = 0b001_001_001;

    [Test]
    public async Task Package_HoldsTheExecutableAlone()
    {
        var package = await LambdaPackage.GetAsync();
        var entry = package.Entries.Single();
        Assert.That(entry.Name, Is.EqualTo("bootstrap"));
        Assert.That(entry.UnixMode & ExecutableByAll, Is.EqualTo(ExecutableByAll));
    }

    [Test]
    public async Task Bootstrap_NeedsNoGlibcNewerThanLambdas()
    {
        var package = await LambdaPackage.GetAsync();
        var symbols = (await ToolRun.RunAsync("objdump", ["-T", package.Bootstrap])).Succeeded().Output;
        var needed = Needed().Matches(symbols).Select(match => (Line: match.Value.Trim(), Version: Version.Parse(match.Groups["version"].Value))).ToList();
        Assert.That(needed, Is.Not.Empty);
        Assert.That(needed.Where(symbol => symbol.Version > Glibc).Select(symbol => symbol.Line), Is.Empty);
    }

    [GeneratedRegex(@"^.*GLIBC_(?<version>\d+\.\d+(\.\d+)?).*$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Needed();
}
