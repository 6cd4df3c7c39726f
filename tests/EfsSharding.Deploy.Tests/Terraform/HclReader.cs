namespace EfsSharding.Deploy.Tests.Terraform;

/// <summary>The scripts around @cdktf/hcl2json, which is HashiCorp's own parser of the language.</summary>
internal static class HclReader
{
    private static readonly string Home = Repository.At("tests", "EfsSharding.Deploy.Tests", "hcl");

    public static string At(string script) => Path.Combine(Home, script);

    /// <summary>Takes the packages of the lock file, by their hashes.</summary>
    public static Task InstallAsync() => NodePackages.InstallAsync(Home);
}
