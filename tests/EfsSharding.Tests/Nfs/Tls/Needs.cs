namespace EfsSharding.Tests.Nfs.Tls;

/// <summary>What a test needs of the machine: skipped where it is absent, failed in CI, where it must be there.</summary>
internal static class Needs
{
    public static void Absent(string what, string howToGetIt)
    {
        var message = $"needs {what}: {howToGetIt}";
        if (Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail(message);
        }

        Assert.Ignore(message);
    }
}
