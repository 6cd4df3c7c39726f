using EfsSharding.Discovery.Zones;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using NSubstitute;

namespace EfsSharding.Tests.Discovery.Zones;

internal sealed class ClientZoneTests
{
    private readonly FakeTimeProvider _time = new();
    private FakeLogger<ClientZone> _logger = null!;
    private IZoneSource _first = null!;
    private IZoneSource _second = null!;

    [SetUp]
    public void SetUp()
    {
        _logger = new FakeLogger<ClientZone>();
        (_first, _second) = (Substitute.For<IZoneSource>(), Substitute.For<IZoneSource>());
        _first.Name.Returns("the first");
        _second.Name.Returns("the second");
    }

    [Test]
    public async Task What_the_option_says_is_asked_of_nobody()
    {
        Assert.That(await Zone("eu-west-1a").GetAsync(), Is.EqualTo("eu-west-1a"));
        await _first.DidNotReceiveWithAnyArgs().FindAsync(default);
    }

    [Test]
    public async Task The_first_source_that_knows_it_is_asked_once()
    {
        _first.FindAsync(Arg.Any<CancellationToken>()).Returns((string?)null);
        _second.FindAsync(Arg.Any<CancellationToken>()).Returns("eu-west-1b");
        var zone = Zone();

        Assert.That(await zone.GetAsync(), Is.EqualTo("eu-west-1b"));
        Assert.That(await zone.GetAsync(), Is.EqualTo("eu-west-1b"));

        await _second.Received(1).FindAsync(Arg.Any<CancellationToken>());
        Assert.That(_logger.LatestRecord.Message, Does.Contain("eu-west-1b").And.Contain("the second"));
    }

    [Test]
    public async Task A_source_that_fails_or_never_answers_is_named_and_the_order_stays_that_of_the_hash()
    {
        _first.FindAsync(Arg.Any<CancellationToken>()).Returns(Task.FromException<string?>(new HttpRequestException("refused")));
        _second.FindAsync(Arg.Any<CancellationToken>()).Returns(async call =>
        {
            await Task.Delay(System.Threading.Timeout.Infinite, call.Arg<CancellationToken>());
            return null;
        });
        var search = Zone().GetAsync();

        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.That(await search, Is.Null);
        Assert.That(_logger.LatestRecord.Id.Name, Is.EqualTo("ZoneUnknown"));
        Assert.That(_logger.LatestRecord.Message, Does.Contain("the first: refused").And.Contain("the second: no answer within 2 s").And.Contain("AvailabilityZone"));
    }

    private ClientZone Zone(string? configured = null) => new(configured, [_first, _second], _time, _logger);
}
