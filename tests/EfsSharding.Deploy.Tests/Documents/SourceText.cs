using System.Text.RegularExpressions;

namespace EfsSharding.Deploy.Tests.Documents;

/// <summary>The sources as text, for what only they say.</summary>
internal static partial class SourceText
{
    /// <summary>The text of every source file below some directories.</summary>
    /// <param name="extension">For example <c>.cs</c>.</param>
    /// <param name="directories">Relative to the root of the repository.</param>
    public static IEnumerable<string> Below(string extension, params string[] directories) => directories
        .SelectMany(directory => Directory.EnumerateFiles(Repository.At(directory), $"*{extension}", SearchOption.AllDirectories))
        .Where(file => !Path.GetRelativePath(Repository.Root, file).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "artifacts" or "node_modules"))
        .Select(File.ReadAllText);

    /// <summary>The first group of each match in every source file below some directories.</summary>
    public static IEnumerable<string> Find(Regex pattern, string extension, params string[] directories) =>
        Below(extension, directories).SelectMany(text => pattern.Matches(text)).Select(match => match.Groups[1].Value);

    /// <summary>The names of the tasks of build.cake.</summary>
    public static IEnumerable<string> Tasks() => Task().Matches(File.ReadAllText(Repository.At("build.cake"))).Select(match => match.Groups[1].Value);

    [GeneratedRegex(@"Task\(""(\w+)""\)")]
    private static partial Regex Task();
}
