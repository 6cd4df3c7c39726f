using System.Diagnostics.Metrics;

namespace EfsSharding.Tests.Storage;

internal sealed class StoreMetricsTests
{
    [Test]
    public async Task Durations_advise_buckets_from_a_tenth_of_a_millisecond_to_half_a_minute()
    {
        IReadOnlyList<double>? buckets = null;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument is Histogram<double> { Name: "efs_sharding.operation.duration" } duration)
                {
                    buckets = duration.Advice?.HistogramBucketBoundaries;
                }
            },
        };
        listener.Start();

        await using var test = await StoreUnderTest.StartAsync(StoreUnderTest.Map(1, 1));

        Assert.That(buckets, Is.Ordered.And.Not.Null);
        Assert.That((buckets![0], buckets[^1]), Is.EqualTo((0.0001, 30)));
    }
}
