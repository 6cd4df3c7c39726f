using System.IO.Compression;
using EfsSharding.TestSupport;

namespace EfsSharding.Deploy.Tests.Package;

/// <summary>The zip file that samples/scripts/deploy_lambda.sh builds, unpacked as Lambda would.</summary>
internal sealed class LambdaPackage
{
    private static readonly Lazy<Task<LambdaPackage>> Package = new(BuildAsync);

    public required IReadOnlyList<(string Name, int UnixMode)> Entries { get; init; }

    public required string Bootstrap { get; init; }

    /// <summary>Builds it once. Skips the test, or fails it in CI, where that cannot be done.</summary>
    public static async Task<LambdaPackage> GetAsync()
    {
        if (!OperatingSystem.IsLinux())
        {
            Needs.Absent("Linux", "Lambda runs on it");
        }

        Needs.Program("zip", "zip");
        Needs.Program("objdump", "binutils");
        Needs.Program("gcc", "gcc");
        if (!File.Exists("/usr/include/zlib.h"))
        {
            Needs.Absent("the headers of zlib", "apt-get install zlib1g-dev");
        }

        return await Package.Value;
    }

    private static async Task<LambdaPackage> BuildAsync()
    {
        (await ToolRun.RunAsync(Repository.At("samples", "scripts", "deploy_lambda.sh"), ["--build-only"])).Succeeded();
        await using var archive = await ZipFile.OpenReadAsync(Repository.At("artifacts", "lambda", "scaler.zip"));
        var directory = Path.Combine(AppContext.BaseDirectory, "lambda-package");
        await archive.ExtractToDirectoryAsync(directory, overwriteFiles: true);
        return new LambdaPackage
        {
            Entries = [.. archive.Entries.Select(entry => (entry.FullName, entry.ExternalAttributes >> 16))],
            Bootstrap = Path.Combine(directory, "bootstrap"),
        };
    }
}
