namespace EfsSharding.Deploy.Tests.Terraform;

/// <summary>The scripts around @cdktf/hcl2json, which is HashiCorp's own parser of the language.</summary>
internal static class HclReader
{
    private static readonly string Home = Repository.At("tests", "EfsSharding.Deploy.Tests", "hcl");

    public static string At(string script) => Path.Combine(Home, script);

    /// <summary>Takes the packages of the lock file, by their hashes.</summary>
    public static async Task InstallAsync()
    {
        var installed = Path.Combine(Home, "node_modules", ".package-lock.json");
        if (File.Exists(installed) && File.GetLastWriteTimeUtc(installed) > File.GetLastWriteTimeUtc(At("package-lock.json")))
        {
            return;
        }

        var install = await ToolRun.RunAsync("npm", ["ci", "--prefix", Home, "--no-audit", "--no-fund", "--ignore-scripts"]);
        if (install.Status != 0)
        {
            Needs.Miss($"needs @cdktf/hcl2json, which npm could not install:\n{install.Error}");
        }
    }
}
