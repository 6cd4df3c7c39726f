namespace EfsSharding.TestSupport;

/// <summary>What a test needs of the machine: it is skipped where that is absent, and fails in CI, where it must be there.</summary>
internal static class Needs
{
    /// <param name="program">A name, looked for in the search path, or a path.</param>
    /// <param name="package">The Debian package that has it.</param>
    public static void Program(string program, string package)
    {
        if (!Candidates(program).Any(File.Exists))
        {
            Absent(program, $"apt-get install {package}");
        }
    }

    /// <summary>nfs-ganesha finds files by their handles, which the kernel allows to root only.</summary>
    public static void Root()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            Absent("root", "nfs-ganesha cannot serve a directory without");
        }
    }

    /// <returns>The value of an environment variable.</returns>
    public static string Variable(string name, string howToGetIt)
    {
        var value = Environment.GetEnvironmentVariable(name);
        if (string.IsNullOrEmpty(value))
        {
            Absent(name, howToGetIt);
        }

        return value!;
    }

    /// <summary>Ends the test: what it needs is not there.</summary>
    public static void Absent(string what, string howToGetIt)
    {
        var message = $"needs {what}: {howToGetIt}";
        if (Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail(message);
        }

        Assert.Ignore(message);
    }

    private static IEnumerable<string> Candidates(string program) => Path.IsPathRooted(program)
        ? [program]
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(directory => Path.Combine(directory, program));
}
