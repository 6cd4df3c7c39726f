namespace EfsSharding.IntegrationTests;

/// <summary>Skips a test whose surroundings are missing; in CI that is a failure instead.</summary>
internal static class Needs
{
    public static string Variable(string name, string howToGetIt)
    {
        var value = Environment.GetEnvironmentVariable(name);
        if (string.IsNullOrEmpty(value))
        {
            var reason = $"needs {name}: {howToGetIt}";
            if (Environment.GetEnvironmentVariable("CI") == "true")
            {
                Assert.Fail(reason);
            }

            Assert.Ignore(reason);
        }

        return value!;
    }
}
