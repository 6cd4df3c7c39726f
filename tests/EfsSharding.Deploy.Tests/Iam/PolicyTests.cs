using System.Text.Json;
using EfsSharding.Deploy.Tests.Terraform;

namespace EfsSharding.Deploy.Tests.Iam;

/// <summary>Each role may do what its code calls, and what is listed here with a reason; nothing else.</summary>
[TestFixture]
internal sealed class PolicyTests
{
    private const string CreateMountTarget = "EFS calls it in the caller's name for CreateMountTarget";
    private const string LambdaNetwork = "Lambda calls it with the function's role, to put the function into the VPC";
    private const string Agent = "the ECS agent calls it before the container runs";

    private static readonly Dictionary<string, Dictionary<string, string>> NotCalledByTheCode = new()
    {
        ["scaler"] = new()
        {
            ["ec2:AssignPrivateIpAddresses"] = LambdaNetwork,
            ["ec2:CreateNetworkInterface"] = CreateMountTarget,
            ["ec2:DeleteNetworkInterface"] = LambdaNetwork,
            ["ec2:DescribeNetworkInterfaces"] = CreateMountTarget,
            ["ec2:UnassignPrivateIpAddresses"] = LambdaNetwork,
            ["elasticfilesystem:ClientMount"] = "the mount that the files are counted on; NFS is no call of the API",
            ["logs:CreateLogStream"] = "Lambda writes the function's output",
            ["logs:PutLogEvents"] = "Lambda writes the function's output",
        },
        ["worker"] = new()
        {
            ["elasticfilesystem:ClientMount"] = "NFS is no call of the API",
            ["elasticfilesystem:ClientWrite"] = "NFS is no call of the API",
        },
        ["execution"] = new()
        {
            ["ecr:BatchCheckLayerAvailability"] = Agent,
            ["ecr:BatchGetImage"] = Agent,
            ["ecr:GetAuthorizationToken"] = Agent,
            ["ecr:GetDownloadUrlForLayer"] = Agent,
            ["logs:CreateLogStream"] = Agent,
            ["logs:PutLogEvents"] = Agent,
        },
    };

    /// <summary>Statements that name no resource, with the reason.</summary>
    private static readonly Dictionary<string, string> ForAnyResource = new()
    {
        ["scaler.Network"] = "the network interfaces are not there yet, and EC2 describes all or none",
        ["execution.LogIn"] = "the token of ECR is the account's",
    };

    private TerraformModule _module = null!;

    [OneTimeSetUp]
    public async Task ReadAsync() => _module = await TerraformModule.GetAsync();

    [Test]
    public void EveryRolePolicy_IsLookedAtHere()
    {
        var policies = _module.Blocks.Where(block => block.Kind == "aws_iam_role_policy").Select(block => block.Body.GetProperty("policy").GetString());
        Assert.That(policies, Is.EquivalentTo(NotCalledByTheCode.Keys.Select(name => $"${{data.aws_iam_policy_document.{name}.json}}")));
    }

    [TestCase("scaler")]
    [TestCase("worker")]
    [TestCase("execution")]
    public async Task Policy_AllowsWhatTheCodeCalls_AndTheListedRest(string name)
    {
        var called = await CalledActions.GetAsync();
        var calls = name switch
        {
            "scaler" => called.Scaler,
            "worker" => called.Worker,
            _ => new HashSet<string>(),
        };
        var allowed = Statements(name).Where(IsAllow).SelectMany(statement => Texts(statement, "actions")).ToList();
        Assert.That(calls.Count > 0, Is.EqualTo(name != "execution"), "no code of ours has the execution role; the others call something");
        Assert.Multiple(() =>
        {
            Assert.That(calls.Except(allowed), Is.Empty, "the code calls these, and may not");
            Assert.That(allowed.Except(calls).Except(NotCalledByTheCode[name].Keys), Is.Empty, "nobody calls these");
            Assert.That(NotCalledByTheCode[name].Keys.Except(allowed), Is.Empty, "these are needed, and not allowed");
            Assert.That(NotCalledByTheCode[name].Keys.Intersect(calls), Is.Empty, "the code calls these: they need no reason here");
            Assert.That(allowed, Is.Unique);
        });
    }

    [Test]
    public void Statements_NameTheirResources()
    {
        var unbounded = NotCalledByTheCode.Keys
            .SelectMany(name => Statements(name).Where(IsAllow).Where(statement => Texts(statement, "resources").Contains("*")).Select(statement => $"{name}.{Text(statement, "sid")}"));
        Assert.That(unbounded, Is.EquivalentTo(ForAnyResource.Keys));
    }

    [Test]
    public void TheCode_MayNotDoWhatOnlyLambdaNeeds()
    {
        var deny = Statements("scaler").Single(statement => !IsAllow(statement));
        Assert.That(Texts(deny, "actions"), Is.EquivalentTo(NotCalledByTheCode["scaler"].Where(action => action.Value == LambdaNetwork).Select(action => action.Key)));
        Assert.That(Text(deny.GetProperty("condition")[0], "variable"), Is.EqualTo("lambda:SourceFunctionArn"));
    }

    [Test]
    public void TheFileSystem_RefusesPlainConnections_AndTakesTheRolesThroughTheAccessPointOnly()
    {
        var statements = Statements("file_system").ToList();
        var deny = statements.Single(statement => !IsAllow(statement));
        var condition = deny.GetProperty("condition")[0];
        Assert.Multiple(() =>
        {
            Assert.That(Texts(deny, "actions"), Is.EqualTo(new[] { "*" }));
            Assert.That(Texts(deny.GetProperty("principals")[0], "identifiers"), Is.EqualTo(new[] { "*" }));
            Assert.That((Text(condition, "test"), Text(condition, "variable"), Texts(condition, "values").Single()), Is.EqualTo(("Bool", "aws:SecureTransport", "false")));
            foreach (var (name, statement) in new[] { ("worker", statements.Single(HasSid("Tasks"))), ("scaler", statements.Single(HasSid("Scaler"))) })
            {
                Assert.That(Texts(statement.GetProperty("principals")[0], "identifiers"), Is.EqualTo(new[] { $"${{aws_iam_role.{name}.arn}}" }));
                Assert.That(Texts(statement, "actions"), Is.EquivalentTo(NotCalledByTheCode[name].Keys.Where(action => action.StartsWith("elasticfilesystem:Client", StringComparison.Ordinal))));
            }

            Assert.That(statements, Has.Count.EqualTo(3));
            foreach (var allow in new[] { "file_system", "worker", "scaler" }.SelectMany(Statements).Where(IsAllow).Where(statement => Texts(statement, "actions").Contains("elasticfilesystem:ClientMount")))
            {
                Assert.That(Text(allow.GetProperty("condition")[0], "variable"), Is.EqualTo("elasticfilesystem:AccessPointArn"), Text(allow, "sid"));
            }
        });
        Assert.That(Text(_module.Block("aws_efs_file_system_policy.files"), "policy"), Is.EqualTo("${data.aws_iam_policy_document.file_system.json}"));
    }

    private IEnumerable<JsonElement> Statements(string document) =>
        _module.Block($"data.aws_iam_policy_document.{document}").GetProperty("statement").EnumerateArray();

    private static Func<JsonElement, bool> HasSid(string sid) => statement => Text(statement, "sid") == sid;

    private static bool IsAllow(JsonElement statement) => Text(statement, "effect") is "" or "Allow";

    private static string[] Texts(JsonElement body, string name) => [.. body.GetProperty(name).EnumerateArray().Select(value => value.GetString()!)];

    private static string Text(JsonElement body, string name) => body.TryGetProperty(name, out var value) ? value.GetString()! : "";
}
