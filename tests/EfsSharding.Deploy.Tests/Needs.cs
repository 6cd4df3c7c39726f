namespace EfsSharding.Deploy.Tests;

/// <summary>What these tests need of the machine: skipped where it is absent, failed in CI, where it must be there.</summary>
internal static class Needs
{
    /// <param name="name">The program.</param>
    /// <param name="package">Where Debian has it.</param>
    public static void Program(string name, string package)
    {
        if (!Array.Exists((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator), directory => File.Exists(Path.Combine(directory, name))))
        {
            Miss($"needs {name}: apt-get install {package}");
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
