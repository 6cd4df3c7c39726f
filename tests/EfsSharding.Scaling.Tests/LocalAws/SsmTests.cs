using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;
using EfsSharding.LocalAws;
using EfsSharding.Scaling.Tests.Aws;

namespace EfsSharding.Scaling.Tests.LocalAws;

public class SsmTests : LocalAwsFixture
{
    private const string Name = "/efs/shard-map";

    [Test]
    public async Task A_parameter_reads_back_as_it_was_put()
    {
        var put = await PutAsync("{ \"a\": \"日本\" }");

        var parameter = (await Ssm.GetParameterAsync(new GetParameterRequest { Name = Name })).Parameter;

        Assert.That((put.Version, put.Tier), Is.EqualTo((1, ParameterTier.Standard)));
        Assert.That(parameter.Value, Is.EqualTo("{ \"a\": \"日本\" }"));
        Assert.That(parameter.Version, Is.EqualTo(1));
        Assert.That(parameter.Type, Is.EqualTo(ParameterType.String));
        Assert.That(parameter.ARN, Is.EqualTo("arn:aws:ssm:ap-northeast-1:000000000000:parameter/efs/shard-map"));
        Assert.That(
            parameter.LastModifiedDate!.Value.ToUniversalTime(),
            Is.EqualTo(Aws.State.Parameter(Name)!.LastModified.UtcDateTime).Within(TimeSpan.FromMilliseconds(1)));
    }

    [Test]
    public async Task Overwriting_makes_the_next_version_and_old_ones_can_be_read()
    {
        await PutAsync("one");
        var put = await PutAsync("two", overwrite: true);

        Assert.That(put.Version, Is.EqualTo(2));
        Assert.That((await Ssm.GetParameterAsync(new GetParameterRequest { Name = Name })).Parameter.Value, Is.EqualTo("two"));
        Assert.That((await Ssm.GetParameterAsync(new GetParameterRequest { Name = Name + ":1" })).Parameter.Value, Is.EqualTo("one"));
        await Assert.ThrowsAsync<ParameterVersionNotFoundException>(() => Ssm.GetParameterAsync(new GetParameterRequest { Name = Name + ":3" }));
    }

    [TestCase("/efs/shard-map")]
    [TestCase("/parameter/parameter")]
    [TestCase("shard-map")]
    public async Task A_parameter_can_be_read_by_its_ARN(string name)
    {
        Aws.State.PutParameter(name, "one");
        var arn = (await Ssm.GetParameterAsync(new GetParameterRequest { Name = name })).Parameter.ARN;

        Assert.That((await Ssm.GetParameterAsync(new GetParameterRequest { Name = arn })).Parameter.Value, Is.EqualTo("one"));
        Assert.That((await Ssm.GetParameterAsync(new GetParameterRequest { Name = arn + ":1" })).Parameter.Name, Is.EqualTo(name));
    }

    [Test]
    public async Task What_is_not_there_is_not_found() =>
        await Assert.ThrowsAsync<ParameterNotFoundException>(() => Ssm.GetParameterAsync(new GetParameterRequest { Name = Name }));

    [Test]
    public async Task What_is_there_is_not_overwritten_unasked()
    {
        await PutAsync("one");

        await Assert.ThrowsAsync<ParameterAlreadyExistsException>(() => PutAsync("two"));

        Assert.That(Aws.State.Parameter(Name)!.Value, Is.EqualTo("one"));
    }

    [TestCase("Standard", 4096, true)]
    [TestCase("Standard", 4097, false)]
    [TestCase("Advanced", 8192, true)]
    [TestCase("Advanced", 8193, false)]
    [TestCase("Intelligent-Tiering", 4096, true)]
    [TestCase("Intelligent-Tiering", 8192, true)]
    [TestCase("Intelligent-Tiering", 8193, false)]
    [TestCase(null, 4097, false)]
    public async Task A_tier_has_its_size(string? tier, int size, bool fits)
    {
        if (fits)
        {
            var put = await PutAsync(new string('x', size), tier: tier);
            Assert.That(put.Tier.Value, Is.EqualTo(size > 4096 || tier == "Advanced" ? "Advanced" : "Standard"));
        }
        else
        {
            await RefusedAsync(() => PutAsync(new string('x', size), tier: tier));
        }
    }

    [Test]
    public async Task An_advanced_parameter_stays_advanced()
    {
        await PutAsync("one", tier: "Advanced");

        await RefusedAsync(() => PutAsync("two", overwrite: true, tier: "Standard"));
        var put = await PutAsync("three", overwrite: true);

        Assert.That(put.Tier, Is.EqualTo(ParameterTier.Advanced));
    }

    [TestCase("{{ssm:other}}")]
    [TestCase("{\"a\":{{}}}")]
    public async Task A_value_that_nests_another_parameter_is_refused(string value) => await RefusedAsync(() => PutAsync(value));

    [TestCase("")]
    [TestCase("a b")]
    [TestCase("not/qualified")]
    [TestCase("/aws/reserved")]
    [TestCase("ssm-reserved")]
    public async Task A_wrong_name_is_refused(string name) =>
        await RefusedAsync(() => Ssm.PutParameterAsync(new PutParameterRequest { Name = name, Value = "v", Type = ParameterType.String }));

    [Test]
    public async Task A_new_parameter_needs_a_type() =>
        await RefusedAsync(() => Ssm.PutParameterAsync(new PutParameterRequest { Name = Name, Value = "v" }));

    [Test]
    public void A_hundred_versions_are_kept()
    {
        for (var i = 1; i <= 105; i++)
        {
            Aws.State.PutParameter(Name, $"value {i}");
        }

        Assert.That(Aws.State.ParameterVersions(Name).Select(p => p.Version), Is.EqualTo(Enumerable.Range(6, 100)));
    }

    [Test]
    public async Task Throttling_is_retried()
    {
        Aws.Faults.Add(new InjectedFault { Service = "ssm", Kind = FaultKind.Throttle, Attempts = 1 });

        await PutAsync("one");

        Assert.That(Aws.Calls.All.Select(call => call.StatusCode), Is.EqualTo(new[] { 400, 200 }));
    }

    private Task<PutParameterResponse> PutAsync(string value, bool overwrite = false, string? tier = null) =>
        Ssm.PutParameterAsync(new PutParameterRequest
        {
            Name = Name,
            Value = value,
            Type = ParameterType.String,
            Overwrite = overwrite,
            Tier = tier is null ? null : ParameterTier.FindValue(tier),
        });

    private static async Task RefusedAsync(Func<Task> call)
    {
        var error = await Assert.CatchAsync<AmazonSimpleSystemsManagementException>(call);
        Assert.That(error!.ErrorCode, Is.EqualTo("ValidationException"));
    }
}
