namespace EfsSharding.IntegrationTests.DirectNfs;

/// <summary>What these tests need of the machine: skipped where it is absent, failed in CI, where it must be there.</summary>
internal static class Needs
{
    public static void Program(string path, string package)
    {
        if (!File.Exists(path))
        {
            Miss($"needs {path}: apt-get install {package}");
        }
    }

    /// <summary>nfs-ganesha finds files again by their handles, which the kernel allows to root only.</summary>
    public static void Root()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            Miss("needs root: nfs-ganesha cannot serve a directory without");
        }
    }

    public static void Miss(string message)
    {
        if (Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail(message);
        }

        Assert.Ignore(message);
    }
}
