using EfsSharding.Nfs.Tls;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;

namespace EfsSharding.Tests.Nfs.Tls;

public sealed class ClientCertificateSourceTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero));
    private readonly FakeLogger _logger = new();
    private readonly FixedCredentials _credentials = new(new CallerCredentials("AKIDEXAMPLE", "secret", SessionToken: null));

    private ClientCertificateSource NewSource() =>
        new(new DirectNfsTlsOptions { Enabled = true, UseIam = true, Region = "eu-west-1" }, _credentials, _time, _logger);

    [Test]
    public async Task A_certificate_serves_for_an_hour_and_is_then_renewed()
    {
        using var source = NewSource();
        var first = await source.GetAsync("fs-1", CancellationToken.None);
        _time.Advance(TimeSpan.FromMinutes(59));
        var same = await source.GetAsync("fs-1", CancellationToken.None);
        _time.Advance(TimeSpan.FromMinutes(1));
        var renewed = await source.GetAsync("fs-1", CancellationToken.None);

        Assert.Multiple(() =>
        {
            Assert.That(same, Is.SameAs(first));
            Assert.That(renewed, Is.Not.SameAs(first));
            Assert.That(_credentials.Calls, Is.EqualTo(2));
            Assert.That(renewed.TargetCertificate.PublicKey.EncodedKeyValue.RawData, Is.EqualTo(first.TargetCertificate.PublicKey.EncodedKeyValue.RawData));
        });
    }

    [Test]
    public async Task While_renewal_fails_the_present_one_is_used_as_long_as_it_is_valid()
    {
        using var source = NewSource();
        var first = await source.GetAsync("fs-1", CancellationToken.None);
        _credentials.Failure = new IOException("no metadata service");
        _time.Advance(TimeSpan.FromHours(2));

        Assert.That(await source.GetAsync("fs-1", CancellationToken.None), Is.SameAs(first));
        Assert.That(_logger.LatestRecord.Id.Id, Is.EqualTo(1382));
        _time.Advance(TimeSpan.FromHours(1));
        await Assert.ThatAsync(() => source.GetAsync("fs-1", CancellationToken.None), Throws.TypeOf<IOException>());
    }

    [Test]
    public async Task Each_file_system_has_its_own()
    {
        using var source = NewSource();
        var one = await source.GetAsync("fs-1", CancellationToken.None);

        Assert.That(await source.GetAsync("fs-2", CancellationToken.None), Is.Not.SameAs(one));
    }
}
