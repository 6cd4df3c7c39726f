using EfsSharding.Access;

namespace EfsSharding.Tests.Mounting;

[TestFixture]
internal sealed class MountingOptionsValidatorTests
{
    [Test]
    public void The_defaults_are_valid()
    {
        Assert.That(new KernelMountOptionsValidator().Validate(null, new KernelMountOptions()).Succeeded, Is.True);
        Assert.That(new PremountedOptionsValidator().Validate(null, new PremountedOptions()).Succeeded, Is.True);
    }

    [Test]
    public void Everything_that_efs_utils_offers_is_valid_together()
    {
        var options = new KernelMountOptions { Type = KernelMountType.Efs, Tls = true, Iam = true, AccessPointId = "fsap-1", ExtraOptions = "noatime,crossaccount" };

        Assert.That(new KernelMountOptionsValidator().Validate(null, options).Failures, Is.Null.Or.Empty);
    }

    [TestCaseSource(nameof(WrongKernelOptions))]
    public void A_wrong_kernel_option_is_named_with_its_value(KernelMountOptions options, string name, string value)
    {
        var failure = new KernelMountOptionsValidator().Validate(null, options).FailureMessage;

        Assert.That(failure, Does.Contain($"KernelMountOptions.{name} is ").And.Contain(value));
    }

    [TestCase("fs-1", "relative", "Directories['fs-1'] is 'relative'")]
    [TestCase("10.0.1.100", "/mnt", "key '10.0.1.100'")]
    public void A_wrong_premounted_directory_is_named(string id, string path, string message)
    {
        var options = new PremountedOptions { Directories = { [id] = path } };

        Assert.That(new PremountedOptionsValidator().Validate(null, options).FailureMessage, Does.Contain(message));
    }

    [Test]
    public void A_relative_common_directory_is_named() =>
        Assert.That(new PremountedOptionsValidator().Validate(null, new PremountedOptions { Directory = "efs" }).FailureMessage, Does.Contain("Directory is 'efs'"));

    [TestCase(null, ExpectedResult = false)]
    [TestCase(" ", ExpectedResult = false)]
    [TestCase("data", ExpectedResult = true)]
    public bool Local_directories_need_a_root(string? root) =>
        new LocalDirectoryOptionsValidator().Validate(null, new LocalDirectoryOptions { Root = root }).Succeeded;

    private static IEnumerable<TestCaseData<KernelMountOptions, string, string>> WrongKernelOptions() =>
    [
        new(new() { MountRoot = "mnt" }, "MountRoot", "'mnt'"),
        new(new() { NamePrefix = "" }, "NamePrefix", "''"),
        new(new() { NamePrefix = "a/b" }, "NamePrefix", "'a/b'"),
        new(new() { Type = (KernelMountType)7 }, "Type", "7"),
        new(new() { Tls = true }, "Type", "Nfs4"),
        new(new() { Type = KernelMountType.Efs, Iam = true }, "Tls", "false"),
        new(new() { Type = KernelMountType.Efs, Tls = true, AccessPointId = "fs-1" }, "AccessPointId", "'fs-1'"),
        new(new() { Type = KernelMountType.Efs, Tls = true, AccessPointId = "fsap-1,nosuid" }, "AccessPointId", "nosuid"),
        new(new() { ExtraOptions = "a, b" }, "ExtraOptions", "'a, b'"),
        new(new() { ExtraOptions = "a,,b" }, "ExtraOptions", "'a,,b'"),
    ];
}
