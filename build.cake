var target = Argument("target", "Test");
var configuration = Argument("configuration", "Release");

var solution = File("EfsSharding.slnx");
var artifacts = Directory("artifacts");
var packages = artifacts + Directory("packages");
var testResults = artifacts + Directory("test-results");

Task("Clean")
    .Description("Deletes artifacts and every bin and obj directory.")
    .Does(() =>
    {
        CleanDirectory(artifacts);
        CleanDirectories("./{src,samples,tests}/*/{bin,obj}");
    });

Task("Restore")
    .Description("Restores the packages of the solution.")
    .Does(() => DotNetRestore(solution));

Task("Build")
    .Description("Builds the solution; a warning is an error.")
    .IsDependentOn("Restore")
    .Does(() => DotNetBuild(solution, new DotNetBuildSettings
    {
        Configuration = configuration,
        NoRestore = true,
    }));

Task("Test")
    .Description("Runs the tests, results in artifacts/test-results. Tests whose server or kernel is absent are skipped and say so; .ci/run skips none.")
    .IsDependentOn("Build")
    .Does(() => DotNetTest(solution, new DotNetTestSettings
    {
        Configuration = configuration,
        NoBuild = true,
        Loggers = ["trx"],
        ResultsDirectory = testResults,
    }));

Task("Pack")
    .Description("Makes the two packages with their symbol packages in artifacts/packages and looks into them.")
    .IsDependentOn("Build")
    .Does(() =>
    {
        CleanDirectory(packages);
        foreach (var id in new[] { "EfsSharding", "EfsSharding.Scaling" })
        {
            DotNetPack($"src/{id}", new DotNetPackSettings { Configuration = configuration, NoBuild = true, OutputDirectory = packages });
            RequireEntries(id, "nupkg", "README.md", "LICENSE", $"lib/net10.0/{id}.dll", $"lib/net10.0/{id}.xml");
            RequireEntries(id, "snupkg", $"lib/net10.0/{id}.pdb");
        }
    });

Task("Bench")
    .Description("Runs the benchmarks, one JSON line per case. --benchmark=routing chooses one; the default is all.")
    .IsDependentOn("Build")
    .Does(() => RunProject("tests/EfsSharding.Benchmarks", $"{Argument("benchmark", "all")} --json"));

Task("Demo")
    .Description("Runs the Quickstart: count, add a mount target, publish, pick up, verify. --files=N chooses how many files.")
    .IsDependentOn("Build")
    .Does(() => RunProject("samples/Quickstart", $"--files {Argument("files", 20000)}"));

RunTarget(target);

void RunProject(string project, string arguments) =>
    DotNetRun(project, arguments, new DotNetRunSettings { Configuration = configuration, NoBuild = true });

void RequireEntries(string id, string extension, params string[] entries)
{
    // The version starts with a digit, which tells EfsSharding.1.0.0 from EfsSharding.Scaling.1.0.0.
    var package = GetFiles($"{packages}/{id}.*.{extension}")
        .Single(f => char.IsDigit(f.GetFilename().FullPath[id.Length + 1]));
    using var archive = System.IO.Compression.ZipFile.OpenRead(package.FullPath);
    var missing = entries.Except(archive.Entries.Select(e => e.FullName)).ToList();
    if (missing.Count > 0)
    {
        throw new CakeException($"{package.GetFilename()} lacks {string.Join(", ", missing)}. See Directory.Build.props for what a package holds.");
    }

    Information($"{package.GetFilename()}: {string.Join(", ", entries)}");
}
