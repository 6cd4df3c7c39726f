namespace EfsSharding.Deploy.Tests.Layers;

/// <summary>
/// Folders refer to each other one way. Each table is a list of layers, the lowest first: a folder may refer to the folders above its own line,
/// and to none beside or below it. The empty name is the root, which is the public face: options, exceptions, interfaces.
/// </summary>
public sealed class LayeringTests
{
    private static readonly string[][] Core =
    [
        ["Validation", "Discovery"],
        ["Routing"],
        [""],
        ["Volumes", "FileProviders"],
        ["Coordination"],
        ["Access"],
        ["Nfs"],
        ["Targets"],
        ["Diagnostics"],
        ["Storage"],
        ["DependencyInjection"],
    ];

    private static readonly string[][] Nfs =
    [
        ["Nfs/Xdr"],
        ["Nfs/Rpc", "Nfs/Operations"],
        ["Nfs/Tls", "Nfs/Diagnostics"],
        ["Nfs/Session"],
        ["Nfs/Files"],
        ["Nfs"],
        ["Nfs/Probing"],
    ];

    private static readonly string[][] Scaling =
    [
        [""],
        ["Aws", "Diagnostics"],
        ["Provisioning"],
        ["Publishing", "Counting"],
        ["Deciding", "Rollout"],
        ["Pipeline"],
        ["DependencyInjection"],
    ];

    [Test]
    public void Folders_of_the_core_refer_one_way() => AssertOneWay("EfsSharding", typeof(IShardedFileStore).Assembly, Core, Top);

    [Test]
    public void Folders_of_direct_NFS_refer_one_way() => AssertOneWay("EfsSharding", typeof(IShardedFileStore).Assembly, Nfs, BelowNfs);

    [Test]
    public void Folders_of_the_scaler_refer_one_way() =>
        AssertOneWay("EfsSharding.Scaling", typeof(EfsSharding.Scaling.ScalingPipeline).Assembly, Scaling, Top);

    [TestCase("EfsSharding")]
    [TestCase("EfsSharding.Scaling")]
    public void A_namespace_is_that_of_the_folder_and_public_types_may_be_in_the_root(string project)
    {
        var root = Path.Combine(Repository.Root, "src", project);
        var wrong = FolderReferences.SourceFiles(root)
            .Select(file => (file, text: File.ReadAllText(Path.Combine(root, file))))
            .Where(f => f.text.Contains("\nnamespace ", StringComparison.Ordinal) || f.text.StartsWith("namespace ", StringComparison.Ordinal))
            .Where(f => !HasNamespace(f.text, Dotted(project, Path.GetDirectoryName(f.file)!))
                && !(HasNamespace(f.text, project) && f.text.Contains("\npublic ", StringComparison.Ordinal)))
            .Select(f => f.file);
        Assert.That(wrong, Is.Empty, "files whose namespace is not that of their folder");
    }

    private static void AssertOneWay(
        string project, System.Reflection.Assembly assembly, string[][] layers, Func<string, string?> layerOf)
    {
        var heights = layers.SelectMany((folders, height) => folders.Select(f => (f, height))).ToDictionary(f => f.f, f => f.height);
        var references = FolderReferences.Read(assembly.Location, Path.Combine(Repository.Root, "src", project))
            .Select(r => (From: layerOf(r.Key.From), To: layerOf(r.Key.To), Example: r.Value))
            .Where(r => r.From is not null && r.To is not null && r.From != r.To)
            .ToList();
        Assert.That(references, Is.Not.Empty);
        Assert.That(references.SelectMany(r => new[] { r.From!, r.To! }).Distinct(), Is.EquivalentTo(heights.Keys), "the folders that there are");
        Assert.That(
            references.Where(r => heights[r.From!] <= heights[r.To!]).Select(r => $"{r.From} -> {r.To}: {r.Example}"),
            Is.Empty,
            "references that do not go down");
    }

    private static string Top(string folder) => folder.Split('/')[0];

    private static string? BelowNfs(string folder) => folder.Split('/') switch
    {
        ["Nfs"] => "Nfs",
        ["Nfs", var stage, ..] => $"Nfs/{stage}",
        _ => null,
    };

    private static string Dotted(string project, string folder) => folder.Length == 0 ? project : $"{project}.{folder.Replace(Path.DirectorySeparatorChar, '.')}";

    private static bool HasNamespace(string text, string name) => text.Contains($"namespace {name};", StringComparison.Ordinal);
}
