using System.Diagnostics;
using System.Text.Json;
using Amazon.Runtime;

namespace EfsSharding.Scaling.Tests.AwsModels;

/// <summary>The endpoint of tests/aws-models as a process of its own, with what its account has by default.</summary>
internal sealed class AwsModelsEndpoint : IAsyncDisposable
{
    public const string FileSystemId = "fs-0123456789abcdef0";
    public const string VpcId = "vpc-0a1b2c3d4e5f60718";
    public const string SecurityGroupId = "sg-0a1b2c3d4e5f60718";
    public const string ClusterName = "files";
    public const string ServiceName = "worker";

    private const string AccessKeyId = "AKIAIOSFODNN7EXAMPLE";
    private const string SecretAccessKey = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    private const string Region = "eu-west-1";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly HttpClient Http = new();
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly Process _process;
    private readonly Task<string> _errors;
    private readonly IReadOnlyDictionary<string, string> _urls;

    private AwsModelsEndpoint(Process process, Task<string> errors, IReadOnlyDictionary<string, string> urls)
    {
        _process = process;
        _errors = errors;
        _urls = urls;
    }

    /// <summary>Where all services are.</summary>
    public string Url => _urls["all"];

    public static AWSCredentials Credentials => new BasicAWSCredentials(AccessKeyId, SecretAccessKey);

    /// <summary>Leads any AWS client to it.</summary>
    public Dictionary<string, string> EnvironmentVariables => new(CredentialVariables, StringComparer.Ordinal) { ["AWS_ENDPOINT_URL"] = Url };

    /// <summary>The same with a variable, and a port, for each service.</summary>
    public Dictionary<string, string> EnvironmentVariablesByService => new(CredentialVariables, StringComparer.Ordinal)
    {
        ["AWS_ENDPOINT_URL_EFS"] = _urls["efs"],
        ["AWS_ENDPOINT_URL_ECS"] = _urls["ecs"],
        ["AWS_ENDPOINT_URL_SSM"] = _urls["ssm"],
        ["AWS_ENDPOINT_URL_EC2"] = _urls["ec2"],
    };

    private static Dictionary<string, string> CredentialVariables => new(StringComparer.Ordinal)
    {
        ["AWS_REGION"] = Region,
        ["AWS_ACCESS_KEY_ID"] = AccessKeyId,
        ["AWS_SECRET_ACCESS_KEY"] = SecretAccessKey,
    };

    /// <param name="scenario">What the account has beside the defaults, as JSON; see tests/aws-models/README.md.</param>
    public static async Task<AwsModelsEndpoint> StartAsync(string scenario = "{}")
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, scenario);
            var process = AwsModelsPython.Start("endpoint.py", "--scenario", file);
            var errors = process.StandardError.ReadToEndAsync();
            var line = await process.StandardOutput.ReadLineAsync().WaitAsync(Patience);
            Assert.That(line, Is.Not.Null, () => errors.Result);
            return new AwsModelsEndpoint(process, errors, JsonSerializer.Deserialize<Dictionary<string, string>>(line!)!);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>All calls so far, in their order.</summary>
    public async Task<IReadOnlyList<AwsModelsCall>> CallsAsync() =>
        JsonSerializer.Deserialize<AwsModelsCall[]>(await Http.GetStringAsync(Url + "/-/calls"), Json)!;

    public TConfig Configure<TConfig>(TConfig config)
        where TConfig : ClientConfig
    {
        config.ServiceURL = Url;
        config.AuthenticationRegion = Region;
        return config;
    }

    public async ValueTask DisposeAsync()
    {
        // It ends with its standard input.
        _process.StandardInput.Close();
        using var patience = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(patience.Token);
        Assert.That(await _errors, Is.Empty, "The endpoint met an error of its own.");
        _process.Dispose();
    }
}
