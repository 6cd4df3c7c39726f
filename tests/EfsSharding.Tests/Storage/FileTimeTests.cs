using EfsSharding.Volumes;

namespace EfsSharding.Tests.Storage;

internal sealed class FileTimeTests
{
    [TestCase(-62_135_596_801L)]
    [TestCase(long.MinValue)]
    public void A_time_before_those_of_DotNet_is_the_first(long seconds) =>
        Assert.That(FileTime.From(seconds, 0), Is.EqualTo(DateTimeOffset.MinValue));

    [TestCase(253_402_300_800L)]
    [TestCase(long.MaxValue)]
    public void A_time_after_those_of_DotNet_is_the_last(long seconds) =>
        Assert.That(FileTime.From(seconds, 0), Is.EqualTo(DateTimeOffset.MaxValue));

    [FsCheck.NUnit.Property]
    public bool Any_time_is_said(long seconds, uint nanoseconds) => FileTime.From(seconds, nanoseconds).Offset == TimeSpan.Zero;

    [Test]
    public void A_fraction_is_kept_to_100_nanoseconds() =>
        Assert.That(FileTime.From(1, 999_999_999), Is.EqualTo(DateTimeOffset.FromUnixTimeSeconds(2).AddTicks(-1)));
}
