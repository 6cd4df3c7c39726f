using EfsSharding.TestSupport;

namespace EfsSharding.Deploy.Tests;

/// <summary>Packages of npm that a directory of these tests has a lock file for.</summary>
internal static class NodePackages
{
    /// <summary>Takes them by their hashes, unless they are there.</summary>
    /// <param name="directory">Where the lock file is.</param>
    public static async Task InstallAsync(string directory)
    {
        var installed = Path.Combine(directory, "node_modules", ".package-lock.json");
        if (File.Exists(installed) && File.GetLastWriteTimeUtc(installed) > File.GetLastWriteTimeUtc(Path.Combine(directory, "package-lock.json")))
        {
            return;
        }

        Needs.Program("npm", "npm");
        var install = await ToolRun.RunAsync("npm", ["ci", "--prefix", directory, "--no-audit", "--no-fund", "--ignore-scripts"]);
        if (install.Status != 0)
        {
            Needs.Absent($"the packages of {directory}", $"npm could not install them:\n{install.Error}");
        }
    }
}
