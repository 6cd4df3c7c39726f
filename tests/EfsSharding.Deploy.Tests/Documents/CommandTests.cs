using System.Text.RegularExpressions;

namespace EfsSharding.Deploy.Tests.Documents;

/// <summary>Whatever the documents tell a user to run can be run: the program is there, and knows the options and names.</summary>
internal sealed partial class CommandTests
{
    /// <summary>Programs that are not ours. What is not here and not known below is new, and wants a check.</summary>
    private static readonly string[] Foreign =
        ["apt-get", "aws", "cd", "curl", "diff", "do", "done", "echo", "exec", "export", "git", "mkfifo", "until", "zip"];

    private static IEnumerable<TestCaseData> Commands => MarkdownDocument.All
        .SelectMany(document => document.Blocks.Where(block => block.Language == "sh").SelectMany(block => ShellCommand.In(block.Lines))
            .Concat(document.Spans.Where(span => Runs().IsMatch(span)).SelectMany(span => ShellCommand.In([span])))
            .Select(command => new TestCaseData(command).SetArgDisplayNames($"{document.Path}: {command}")));

    [TestCaseSource(nameof(Commands))]
    public void A_command_can_be_run(object told)
    {
        var command = (ShellCommand)told;
        var words = command.Words;
        switch (words)
        {
            case ["dotnet", "run", ..]:
                AssertProgram(command.After("--project").TrimEnd('/'), command.Behind("--"));
                break;
            case ["dotnet", "cake", ..]:
                var tasks = SourceText.Tasks();
                Assert.That(words.Where(word => word.StartsWith("--target=", StringComparison.Ordinal)).Select(word => word[9..]), Is.SubsetOf(tasks));
                break;
            case ["dotnet", "test" or "build" or "tool" or "publish" or "format" or "add" or "pack", ..]:
                break;
            case ["bootstrap", ..]:
                AssertOptions("samples/ScalerLambda", words);
                break;
            case ["terraform", ..]:
                AssertTerraform(command);
                break;
            case ["python3", "-c", ..]:
                break;
            case ["python3", var script, ..]:
                Assert.That(File.Exists(Repository.At(script)), script);
                break;
            case [".ci/run"]:
                Assert.That(File.Exists(Repository.At(words[0])));
                break;
            case [var script, ..] when script.StartsWith("samples/", StringComparison.Ordinal) || script.StartsWith("tests/", StringComparison.Ordinal):
                AssertScript(script, words.TakeWhile(word => word != "--"));
                break;
            default:
                Assert.That(Foreign, Does.Contain(words[0]), $"'{command}' runs a program that nobody checks");
                break;
        }
    }

    /// <summary>Options that are spoken of, wherever that is.</summary>
    [Test]
    public void Every_option_that_a_document_names_exists()
    {
        var sources = string.Join('\n', new[] { ".cs", ".sh", ".tf" }.SelectMany(extension => SourceText.Below(extension, "samples", "tests")))
            + File.ReadAllText(Repository.At("tests/kernel-nfs"));
        var unknown = MarkdownDocument.All.SelectMany(document => document.Spans)
            .Where(span => span.StartsWith("--", StringComparison.Ordinal))
            .SelectMany(span => span.Split(' ').Where(word => word.Length > 2 && word.StartsWith("--", StringComparison.Ordinal)))
            .Where(option => !Regex.IsMatch(sources, $@"(?<![\w-]){Regex.Escape(option)}(?![\w-])"));
        Assert.That(unknown.Distinct(), Is.Empty);
    }

    private static void AssertProgram(string project, IReadOnlyList<string> arguments)
    {
        Assert.That(Directory.EnumerateFiles(Repository.At(project), "*.csproj").Any(), $"{project} is a project");
        if (project == "tests/EfsSharding.Benchmarks")
        {
            var benchmarks = SourceText.Find(BenchmarkName(), ".cs", project).Append("all");
            Assert.That(arguments.Where(word => !word.StartsWith('-')).Take(1), Is.SubsetOf(benchmarks));
        }
        else if (project == "samples/Worker" && arguments.Count > 0)
        {
            Assert.That(File.ReadAllText(Repository.At(project, "Program.cs")), Does.Contain($"\"{arguments[0]}\""));
        }

        AssertOptions(project, arguments);
    }

    private static void AssertOptions(string directory, IReadOnlyList<string> words)
    {
        var sources = string.Join('\n', SourceText.Below(".cs", directory));
        Assert.That(OptionsOf(words).Where(option => !sources.Contains($"\"{option}\"", StringComparison.Ordinal)), Is.Empty, $"options that {directory} does not know");
    }

    private static void AssertScript(string script, IEnumerable<string> words)
    {
        Assert.That(File.Exists(Repository.At(script)), script);
        var text = File.ReadAllText(Repository.At(script));
        Assert.That(OptionsOf(words).Where(option => !Regex.IsMatch(text, $@"^\s*(?:\S+ \| )*{option}(?: \| \S+)*\)|""{option}""", RegexOptions.Multiline)), Is.Empty, $"options that {script} does not know");
    }

    private static void AssertTerraform(ShellCommand command)
    {
        var text = string.Join('\n', SourceText.Below(".tf", "samples/terraform"));
        Assert.That(command.Words.Where(word => word.StartsWith("-chdir=", StringComparison.Ordinal)), Is.SubsetOf(new[] { "-chdir=samples/terraform" }));
        switch (command.Words.Where(word => !word.StartsWith('-')).ToArray())
        {
            case ["terraform", "output", var output, ..]:
                Assert.That(Regex.Matches(text, "output \"(\\w+)\"").Select(match => match.Groups[1].Value), Does.Contain(output));
                break;
            case ["terraform", "import", var address, ..]:
                Assert.That(Regex.Matches(text, "resource \"(\\w+)\" \"(\\w+)\"").Select(match => $"{match.Groups[1]}.{match.Groups[2]}"), Does.Contain(address.Split('[')[0]));
                break;
            case ["terraform", "apply" or "plan" or "init" or "destroy"]:
                break;
            default:
                Assert.Fail($"'{command}' is a command of Terraform that nobody checks");
                break;
        }
    }

    private static IEnumerable<string> OptionsOf(IEnumerable<string> words) => words.Select(word => word.TrimStart('[')).Where(word => word.Length > 2 && word.StartsWith("--", StringComparison.Ordinal)).Select(word => word.Split('=')[0]);

    [GeneratedRegex(@"^(?:dotnet (?:run|cake|test) |terraform |bootstrap |samples/scripts/\S+\.sh|tests/kernel-nfs |python3 )")]
    private static partial Regex Runs();

    [GeneratedRegex(@"string Name => ""([a-z-]+)""")]
    private static partial Regex BenchmarkName();
}
