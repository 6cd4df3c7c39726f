using System.Diagnostics;
using System.Globalization;

namespace EfsSharding.Benchmarks.Counting;

/// <summary>A tree of empty files, kept between runs of the benchmark because making it takes longer than counting it.</summary>
internal static class BenchmarkTree
{
    private const string Complete = "complete";

    /// <returns>The root; exactly <paramref name="directories"/> × <paramref name="filesEach"/> files are below it.</returns>
    public static string Make(int directories, int filesEach)
    {
        var place = Path.Combine(Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"efs-sharding-benchmark-{directories}x{filesEach}"));
        var root = Path.Combine(place, "tree");
        if (File.Exists(Path.Combine(place, Complete)))
        {
            return root;
        }

        Console.Error.WriteLine($"making {directories} x {filesEach} files in {place} ...");
        var started = Stopwatch.StartNew();
        if (Directory.Exists(place))
        {
            Directory.Delete(place, recursive: true);
        }

        Directory.CreateDirectory(root);
        if (directories == 1)
        {
            Fill(root, filesEach);
        }
        else
        {
            Parallel.For(0, directories, i => Fill(Path.Combine(root, $"d{i:0000}"), filesEach));
        }

        File.WriteAllText(Path.Combine(place, Complete), "");
        Console.Error.WriteLine($"made in {started.Elapsed.TotalSeconds:0} s; delete it when you are done");
        return root;
    }

    private static void Fill(string directory, int files)
    {
        Directory.CreateDirectory(directory);
        for (var i = 0; i < files; i++)
        {
            File.OpenHandle(Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"file-{i:0000000}")), FileMode.CreateNew, FileAccess.Write).Dispose();
        }
    }
}
