using EfsSharding.LocalAws;
using EfsSharding.Scaling.Tests.Pipeline;

namespace EfsSharding.Scaling.Tests.Publishing;

/// <summary>What kind of parameter holds the map is its owner's to say.</summary>
[TestFixture]
internal sealed class ParameterKindTests
{
    private const string Key = "arn:aws:kms:ap-northeast-1:000000000000:key/11111111-2222-3333-4444-555555555555";

    private ScalingAccount _account = null!;

    [SetUp]
    public async Task StartAsync() => _account = await ScalingAccount.StartAsync();

    [TearDown]
    public async Task StopAsync() => await _account.DisposeAsync();

    private LocalParameter Published => _account.Aws.State.Parameter(ScalingAccount.Parameter)!;

    [Test]
    public async Task A_SecureString_is_read_decrypted_and_written_with_its_key_and_what_belongs_to_it()
    {
        Seed("SecureString", Key);

        var report = await _account.RunAsync(101);

        Assert.That(report.Error, Is.Null);
        Assert.That((Published.Type, Published.KeyId, Published.Description, Published.AllowedPattern), Is.EqualTo(("SecureString", Key, "ours", ".*")));
        Assert.That(_account.PublishedMap!.MountTargets, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task A_SecureString_whose_key_may_not_be_looked_up_is_not_written_with_another()
    {
        Seed("SecureString", Key);
        var before = Published;
        _account.Aws.Faults.Add(new InjectedFault { Operation = "DescribeParameters", ErrorCode = "AccessDeniedException", Times = int.MaxValue });

        var report = await _account.RunAsync(101);

        Assert.That(report.Error, Does.Contain("DescribeParameters").And.Contain("ssm:DescribeParameters"));
        Assert.That(Published, Is.EqualTo(before));
        Assert.That(_account.TargetIds, Has.Count.EqualTo(1));
    }

    [TestCase("String", "aws:ssm:integration")]
    [TestCase("StringList", "text")]
    public async Task The_type_and_the_type_of_data_stay(string type, string dataType)
    {
        Seed(type, keyId: null, dataType);

        Assert.That((await _account.RunAsync(101)).Error, Is.Null);
        Assert.That((Published.Type, Published.Version > 1), Is.EqualTo((type, true)));
        Assert.That(Published.DataType, Is.EqualTo(dataType));
        Assert.That(_account.Aws.Calls.Of("DescribeParameters"), Is.Empty, "a permission more is asked for where it is needed only");
    }

    [TestCase("String", true)]
    [TestCase("SecureString", false)]
    public async Task An_advanced_parameter_stays_one(string type, bool allowAdvancedTier)
    {
        Seed(type, type == "SecureString" ? Key : null, tier: "Advanced");

        var report = await _account.RunAsync(101, options => options.AllowAdvancedTier = allowAdvancedTier);

        Assert.That((report.Error, Published.Tier), Is.EqualTo(((string?)null, "Advanced")));
    }

    [Test]
    public async Task A_name_that_SSM_cannot_write_is_refused_before_anything_is_called()
    {
        var error = Assert.Throws<Microsoft.Extensions.Options.OptionsValidationException>(
            () => _account.Pipeline(options => options.ParameterName = "arn:aws:ssm:ap-northeast-1:000000000000:parameter/efs/map"));

        Assert.That(error!.Message, Does.Contain("ParameterName").And.Contain("arn:aws:ssm"));
        await Task.CompletedTask;
    }

    [Test]
    public async Task TooManyUpdates_is_waited_for()
    {
        _account.Aws.Faults.Add(new InjectedFault { Operation = "PutParameter", ErrorCode = "TooManyUpdates", Times = 4 });

        var report = await _account.RunAsync(0);

        Assert.That((report.Error, report.Published), Is.EqualTo(((string?)null, true)));
        Assert.That(_account.Aws.Calls.Of("PutParameter"), Has.Count.EqualTo(6), "four refused, the map, and which service was deployed for it");
    }

    [Test]
    public async Task TooManyUpdates_for_ever_ends_the_run_with_the_name_of_the_call()
    {
        _account.Aws.Faults.Add(new InjectedFault { Operation = "PutParameter", ErrorCode = "TooManyUpdates", Times = int.MaxValue });

        var report = await _account.RunAsync(101);

        Assert.That(report.Error, Does.StartWith("publish: SSM PutParameter").And.Contain("TooManyUpdates").And.Contain("several times").And.Contain("later run"));
        Assert.That(_account.Aws.Calls.Of("PutParameter"), Has.Count.EqualTo(5));
        Assert.That(_account.TargetIds, Has.Count.EqualTo(1));
    }

    private void Seed(string type, string? keyId, string dataType = "text", string tier = "Standard") => _account.Aws.State.PutParameter(new LocalParameter
    {
        Name = ScalingAccount.Parameter,
        Value = ShardMapCodec.Serialize(new ShardMap
        {
            Revision = 4,
            MountTargets = [new MountTarget { MountTargetId = "fsmt-other", FileSystemId = "fs-other", IpAddress = "10.9.9.9" }],
            FileSystems = [new FileSystem { FileSystemId = "fs-other" }],
        }),
        Type = type,
        Tier = tier,
        DataType = dataType,
        KeyId = keyId,
        Description = "ours",
        AllowedPattern = ".*",
        Version = 0,
        LastModified = default,
    });
}
