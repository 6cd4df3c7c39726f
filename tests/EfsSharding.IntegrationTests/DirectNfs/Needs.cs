namespace EfsSharding.IntegrationTests.DirectNfs;

/// <summary>What these tests need of the machine: skipped where it is absent, failed in CI, where it must be there.</summary>
internal static class Needs
{
    public static void Program(string path, string package)
    {
        if (File.Exists(path))
        {
            return;
        }

        var message = $"needs {path}: apt-get install {package}";
        if (Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail(message);
        }

        Assert.Ignore(message);
    }
}
