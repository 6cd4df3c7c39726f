using EfsSharding.Scaling.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EfsSharding.Scaling.Tests;

[TestFixture]
internal sealed class EfsScalingOptionsTests
{
    private static readonly (string Option, Action<EfsScalingOptions> Break)[] Wrong =
    [
        ("FileSystemId", options => options.FileSystemId = ""),
        ("FileSystemId", options => options.FileSystemId = "efs-1"),
        ("TargetDirectory", options => options.TargetDirectory = " "),
        ("ParameterName", options => options.ParameterName = ""),
        ("FileCountThreshold", options => options.FileCountThreshold = -1),
        ("Policy", options => options.Policy = (ThresholdPolicy)7),
        ("MaxMountTargets", options => options.MaxMountTargets = 0),
        ("DirectoriesInFlight", options => options.DirectoriesInFlight = 0),
        ("DirectoriesInFlight", options => options.DirectoriesInFlight = 1025),
        ("CoolDown", options => options.CoolDown = TimeSpan.FromTicks(-1)),
        ("CountTimeLimit", options => options.CountTimeLimit = TimeSpan.Zero),
        ("MountTargetTimeout", options => options.MountTargetTimeout = TimeSpan.FromDays(25)),
        ("Interval", options => options.Interval = TimeSpan.Zero),
        ("SecurityGroupIds", options => Enumerable.Range(0, 6).ToList().ForEach(i => options.SecurityGroupIds.Add($"sg-{i}"))),
        ("IpAddressType", options => options.IpAddressType = "IPV5"),
        ("ServiceName", options => options.ServiceName = "alone"),
        ("ClusterName", options => options.ClusterName = "alone"),
    ];

    private static IEnumerable<int> Cases => Enumerable.Range(0, Wrong.Length);

    [Test]
    public void What_is_required_is_enough() => Assert.That(Validate(_ => { }).Succeeded);

    [TestCaseSource(nameof(Cases))]
    public void A_wrong_option_is_named(int which)
    {
        var result = Validate(Wrong[which].Break);

        Assert.That(result.Failures, Has.Exactly(1).Items);
        Assert.That(result.FailureMessage, Does.Contain(Wrong[which].Option));
    }

    private static ValidateOptionsResult Validate(Action<EfsScalingOptions> change)
    {
        var options = new EfsScalingOptions { FileSystemId = "fs-1", TargetDirectory = "/mnt/efs", ParameterName = "/map" };
        change(options);
        return new EfsScalingOptionsValidator().Validate(null, options);
    }
}
