using System.Text.RegularExpressions;
using EfsSharding.Deploy.Tests.Terraform;

namespace EfsSharding.Deploy.Tests.Container;

/// <summary>What can be known of the image without an engine that builds it.</summary>
[TestFixture]
internal sealed partial class DockerfileTests
{
    private static readonly string Project = Repository.At("samples", "Worker");
    private readonly string _text = File.ReadAllText(Path.Combine(Project, "Dockerfile"));
    private readonly string[] _context = File.ReadAllLines(Path.Combine(Project, "Dockerfile.dockerignore"));

    [Test]
    public void EverythingCopied_IsInTheRepositoryAndInTheContext()
    {
        var copied = Copy().Matches(_text).SelectMany(match => match.Groups["sources"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToList();
        Assert.That(copied, Has.Count.GreaterThan(5));
        Assert.Multiple(() =>
        {
            foreach (var source in copied)
            {
                Assert.That(Path.Exists(Repository.At(source)), $"{source} is not in the repository.");
                Assert.That(
                    _context.Any(line => line.StartsWith('!') && (source.TrimEnd('/') == line[1..] || source.StartsWith(line[1..] + "/", StringComparison.Ordinal))),
                    $"{source} is kept out by Dockerfile.dockerignore.");
            }
        });
    }

    [Test]
    public void EveryFileOfTheBuild_IsCopied()
    {
        var needed = new[] { "Directory.Build.props", "Directory.Packages.props", "global.json", "src/", "samples/Shared/", "samples/Worker/" };
        Assert.That(needed.Where(path => !_text.Contains($" {path} ", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void TheLastStage_HasNoRights_AndIsAskedByItself()
    {
        var stage = Stages()[^1];
        Assert.Multiple(() =>
        {
            Assert.That(stage, Does.StartWith("FROM mcr.microsoft.com/dotnet/aspnet:${DOTNET_VERSION}-noble-chiseled AS worker\n"));
            Assert.That(stage, Does.Contain("\nUSER $APP_UID\n"));
            Assert.That(stage, Does.Contain("\nHEALTHCHECK CMD [\"/app/Worker\", \"--healthcheck\"]\n"));
            Assert.That(stage, Does.Not.Contain("\nRUN "), "a chiseled image has no shell");
        });
    }

    [Test]
    public async Task TerraformStartsTheImageAsItWasMade()
    {
        await TerraformModule.GetAsync();
        var container = await TerraformModule.EvaluateAsync("worker_container", new Dictionary<string, object>
        {
            ["local.kernel_mounts"] = false,
            ["local.region"] = "eu-west-1",
            ["var.worker_image_tag"] = "v1",
            ["aws_ecr_repository.worker.repository_url"] = "repository",
            ["aws_cloudwatch_log_group.worker.name"] = "logs",
            ["aws_efs_access_point.files.id"] = "fsap-1",
            ["aws_ssm_parameter.map.name"] = "/efs-sharding/map",
        });
        var probe = string.Join(", ", container.GetProperty("healthCheck").GetProperty("command").EnumerateArray().Skip(1).Select(part => $"\"{part}\""));
        Assert.Multiple(() =>
        {
            Assert.That(_text, Does.Contain($"HEALTHCHECK CMD [{probe}]"));
            Assert.That(container.GetProperty("readonlyRootFilesystem").GetBoolean());
            Assert.That(container.GetProperty("privileged").ValueKind, Is.EqualTo(System.Text.Json.JsonValueKind.Null));
            Assert.That(_text, Does.Contain($"\nEXPOSE {container.GetProperty("portMappings")[0].GetProperty("containerPort")}\n"));
            Assert.That(_text, Does.Contain($"ASPNETCORE_HTTP_PORTS={container.GetProperty("portMappings")[0].GetProperty("containerPort")} "));
            Assert.That(container.GetProperty("image").GetString(), Is.EqualTo("repository:v1"));
        });
    }

    [Test]
    public async Task DotnetPublish_MakesTheSameImage()
    {
        var evaluated = (await ToolRun.RunAsync(
            "dotnet", ["msbuild", Project, "-t:ComputeContainerBaseImage", "-getProperty:ContainerBaseImage", "-getItem:ContainerPort", "-getItem:ContainerEnvironmentVariable", "-getItem:ContainerAppCommand"])).Succeeded().Output;
        var version = DefaultVersion().Match(_text).Groups["version"].Value;
        Assert.Multiple(() =>
        {
            Assert.That(evaluated, Does.Contain($"\"mcr.microsoft.com/dotnet/aspnet:{version}-noble-chiseled\""));
            Assert.That(evaluated, Does.Contain("\"Identity\": \"8080\""));
            Assert.That(evaluated, Does.Contain("\"Identity\": \"/app/Worker\""));
            foreach (var variable in Variable().Matches(Stages()[^1]).Select(match => (Name: match.Groups["name"].Value, Value: match.Groups["value"].Value)))
            {
                Assert.That(evaluated, Does.Match($"\"Identity\": \"{variable.Name}\",\\s+\"Value\": \"{variable.Value}\""));
            }
        });
    }

    private string[] Stages() => [.. Stage().Matches(_text).Select(match => match.Value)];

    [GeneratedRegex(@"^COPY (?!--from)(--\S+ )*(?<sources>\S+( \S+)*) \S+$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Copy();

    [GeneratedRegex(@"^FROM (?:(?!^FROM ).*\n)*", RegexOptions.Multiline)]
    private static partial Regex Stage();

    [GeneratedRegex(@"^ARG DOTNET_VERSION=(?<version>\S+)$", RegexOptions.Multiline)]
    private static partial Regex DefaultVersion();

    [GeneratedRegex(@"(?<=^ENV .*)(?<name>[A-Za-z_]+)=(?<value>\S+)", RegexOptions.Multiline)]
    private static partial Regex Variable();
}
