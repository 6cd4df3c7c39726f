using System.Text.RegularExpressions;
using EfsSharding.Diagnostics;
using EfsSharding.Scaling;
using Microsoft.Extensions.DependencyInjection;
using Samples;
using ScalerLambda;
using ScalerLambda.Telemetry;
using Worker.Settings;

namespace EfsSharding.Deploy.Tests.Terraform;

/// <summary>Terraform sets the variables that the samples read, and to what they take.</summary>
[TestFixture]
internal sealed partial class EnvironmentTests
{
    /// <summary>What a sample reads and Terraform leaves out, with the reason.</summary>
    private static readonly Dictionary<string, Dictionary<string, string>> LeftOut = new()
    {
        ["ScalerLambda"] = new()
        {
            ["AWS_LAMBDA_RUNTIME_API"] = "Lambda sets it",
            ["EFS_ACCESS_POINT_ID"] = "Lambda mounts the access point",
            ["EFS_IAM"] = "Lambda mounts with the function's role",
            ["EFS_NFS_PORT"] = "Lambda mounts",
            ["EFS_TLS"] = "Lambda mounts with TLS",
        },
        ["Worker"] = new()
        {
            ["ASPNETCORE_HTTP_PORTS"] = "the image sets it",
            ["ASPNETCORE_URLS"] = "the image's port does",
            ["EFS_DIRECTORY"] = "for volumes that the platform mounted",
            ["EFS_LOCAL_ROOT"] = "for development",
            ["EFS_NFS_PORT"] = "EFS has no port but the default",
        },
    };

    /// <summary>What the AWS SDK reads, not the sample.</summary>
    private static readonly string[] ReadBySdk = ["AWS_REGION"];

    private TerraformModule _module = null!;

    [OneTimeSetUp]
    public async Task ReadAsync() => _module = await TerraformModule.GetAsync();

    [TestCase("ScalerLambda", "local.scaler_environment")]
    [TestCase("Worker", "local.worker_environment")]
    public void Terraform_SetsWhatTheSampleReads(string sample, string local)
    {
        var set = _module.Block(local).EnumerateObject().Select(variable => variable.Name).Except(ReadBySdk);
        var read = VariablesIn(sample).Concat(VariablesIn("Shared")).Distinct().ToList();
        Assert.That(set, Is.EquivalentTo(read.Except(LeftOut[sample].Keys)));
        Assert.That(LeftOut[sample].Keys, Is.SubsetOf(read), "left out, but never read");
    }

    [Test]
    public void TheFunctionAndTheTasks_HaveTheseVariables()
    {
        Assert.That(
            _module.Block("aws_lambda_function.scaler").GetProperty("environment")[0].GetProperty("variables").GetString(), Is.EqualTo("${local.scaler_environment}"));
        Assert.That(_module.Block("local.worker_container").GetProperty("environment").GetString(), Does.Contain("in local.worker_environment :"));
    }

    [Test]
    public void DefaultsAgree()
    {
        var options = new EfsScalingOptions();
        new ScalerSettings(new Variables([])).Apply(options);
        Assert.Multiple(() =>
        {
            Assert.That(Default("file_count_threshold").GetInt64(), Is.EqualTo(options.FileCountThreshold));
            Assert.That(JsonLoggerProvider.Level(Default("log_level").GetString()), Is.EqualTo(JsonLoggerProvider.Level(null)));
            Assert.That(TimeSpan.FromSeconds(Default("scaler_timeout").GetInt32()), Is.GreaterThan(options.MountTargetTimeout));
        });
    }

    [TestCase(false, "direct")]
    [TestCase(true, "kernel")]
    public async Task TheWorker_TakesWhatTerraformSets(bool kernelMounts, string access)
    {
        var environment = await TerraformModule.EvaluateAsync("worker_environment", new Dictionary<string, object>
        {
            ["local.kernel_mounts"] = kernelMounts,
            ["local.region"] = "eu-west-1",
            ["aws_efs_access_point.files.id"] = "fsap-0123456789abcdef0",
            ["aws_ssm_parameter.map.name"] = "/efs-sharding/map",
        });
        var variables = environment.EnumerateObject().ToDictionary(variable => variable.Name, variable => variable.Value.GetString());
        Assert.That(variables["EFS_ACCESS"], Is.EqualTo(access));
        Assert.That(() => Use(variables), Throws.Nothing);

        var problems = new List<string>();
        var nfs = DirectNfsSettings.Read(variables.GetValueOrDefault, problems);
        Assert.That(problems, Is.Empty);
        Assert.That((nfs.Tls, nfs.Iam, nfs.AccessPointId), Is.EqualTo(((bool?)true, true, "fsap-0123456789abcdef0")));
    }

    private static void Use(Dictionary<string, string?> variables) =>
        new ServiceCollection().AddStore(new Variables(variables));

    private System.Text.Json.JsonElement Default(string variable) => _module.Block($"var.{variable}").GetProperty("default");

    private static IEnumerable<string> VariablesIn(string sample) =>
        from file in Directory.EnumerateFiles(Repository.At("samples", sample), "*.cs", SearchOption.AllDirectories)
        where !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
        from Match name in VariableName().Matches(File.ReadAllText(file))
        select name.Groups[1].Value;

    [GeneratedRegex("\"([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\"")]
    private static partial Regex VariableName();
}
