using EfsSharding.Nfs.Tls;

namespace EfsSharding.Tests.Nfs.Tls;

public sealed class DirectNfsTlsOptionsValidatorTests
{
    private static readonly TestCaseData[] Bad =
    [
        new(new DirectNfsTlsOptions { Enabled = false, UseIam = true }, "UseIam"),
        new(new DirectNfsTlsOptions { Enabled = false, AccessPointId = "fsap-0a1b2c3d" }, "AccessPointId"),
        new(new DirectNfsTlsOptions { Enabled = true, AccessPointId = "ap-1" }, "'ap-1'"),
        new(new DirectNfsTlsOptions { Enabled = true, Region = "eu west" }, "'eu west'"),
        new(new DirectNfsTlsOptions { Enabled = true, DnsSuffix = ".amazonaws.com" }, "'.amazonaws.com'"),
        new(new DirectNfsTlsOptions { Enabled = true, ServerName = "https://x" }, "'https://x'"),
    ];

    [TestCaseSource(nameof(Bad))]
    public void A_wrong_option_is_named_with_its_value(DirectNfsTlsOptions options, string named)
    {
        var result = new DirectNfsTlsOptionsValidator().Validate(name: null, options);

        Assert.That(result.FailureMessage, Does.Contain(named));
    }

    [Test]
    public void The_defaults_and_a_full_set_are_fine()
    {
        var validator = new DirectNfsTlsOptionsValidator();
        var full = new DirectNfsTlsOptions { Enabled = true, UseIam = true, AccessPointId = "fsap-0a1b2c3d4e5f60718", Region = "cn-north-1", DnsSuffix = "amazonaws.com.cn" };

        Assert.That(validator.Validate(name: null, new DirectNfsTlsOptions()).Succeeded, Is.True);
        Assert.That(validator.Validate(name: null, full).Succeeded, Is.True);
    }

    [TestCase("eu-west-1", "fs-1.efs.eu-west-1.amazonaws.com")]
    [TestCase("cn-north-1", "fs-1.efs.cn-north-1.amazonaws.com.cn")]
    [TestCase("us-gov-west-1", "fs-1.efs.us-gov-west-1.amazonaws.com")]
    public void The_server_proves_the_name_of_its_file_system_region_and_partition(string region, string name) =>
        Assert.That(MountTargetName.Of("fs-1", new DirectNfsTlsOptions { Region = region }), Is.EqualTo(name));
}
