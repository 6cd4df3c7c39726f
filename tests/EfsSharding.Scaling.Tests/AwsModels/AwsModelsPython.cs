using System.Diagnostics;

namespace EfsSharding.Scaling.Tests.AwsModels;

/// <summary>Runs tests/aws-models with a Python that has botocore; without one the test is skipped, and in CI it fails.</summary>
internal static class AwsModelsPython
{
    private static readonly string[] Candidates = ["/usr/bin/python3", "python3"];
    private static readonly Lazy<string?> Python = new(() => Array.Find(Candidates, HasBotocore));

    /// <param name="script">The name of a script in tests/aws-models.</param>
    /// <param name="args">Its arguments.</param>
    public static Process Start(string script, params string[] args)
    {
        if (Python.Value is not { } python)
        {
            const string Reason = "needs Python 3 with botocore, which holds AWS's service models: apt-get install python3-botocore";
            if (Environment.GetEnvironmentVariable("CI") == "true")
            {
                Assert.Fail(Reason);
            }

            Assert.Ignore(Reason);
            throw new InvalidOperationException(Reason);
        }

        return StartPython(python, [Path.Combine(Directory(), script), .. args]);
    }

    private static Process StartPython(string python, string[] args)
    {
        var start = new ProcessStartInfo(python, args)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        return Process.Start(start)!;
    }

    private static bool HasBotocore(string python)
    {
        try
        {
            using var process = StartPython(python, ["-c", "import botocore.auth, botocore.model, botocore.loaders"]);
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // There is no such program.
            return false;
        }
    }

    // Built in …/tests/<project>/bin/<configuration>/<framework>/.
    private static string Directory() => Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "..", "aws-models"));
}
