using System.Text;
using EfsSharding.Routing;

namespace EfsSharding.Tests.Routing;

/// <summary>
/// Chi-square tests at a significance of 0.001, over samples that never change. A statistic is summed over many sets of ids, as one set's
/// luck says little.
/// </summary>
internal sealed class SpreadTests
{
    /// <summary>The standard normal quantile of 1 − 0.001.</summary>
    private const double Quantile = 3.0902;

    private const int Sets = 100;

    [Test]
    public void Property6_spread_passes_chi_square([Values(2, 3, 4, 6, 16)] int targets)
    {
        const int Paths = 20_000;
        var statistic = 0.0;
        for (var set = 0; set < Sets; set++)
        {
            var map = Map([.. Enumerable.Repeat(1, targets)], set);
            var router = RendezvousRouter.Compile(map);
            var counts = new double[targets];
            for (var i = 0; i < Paths; i++)
            {
                counts[router.RouteOf(Encoding.UTF8.GetBytes($"customers/{set}/orders/{i}.json"), out _).Owner.Targets[0]]++;
            }

            // Paths of one bucket stay together: that makes the counts vary more, by this factor, than if each path were dealt alone.
            statistic += ChiSquare(counts, [.. Enumerable.Repeat(1.0 / targets, targets)]) / (1 + ((Paths - 1.0) / PathHash.BucketCount));
        }

        Assert.That(statistic, Is.LessThan(Critical(Sets * (targets - 1))));
    }

    [Test]
    public void Buckets_are_dealt_by_weight()
    {
        int[] weights = [1, 2, 3, 10, 0];
        var statistic = 0.0;
        for (var set = 0; set < Sets; set++)
        {
            var counts = new double[weights.Length];
            var rank = new RendezvousRank(Map(weights, set).MountTargets.Select((t, i) => new Candidate(t.MountTargetId, t.Weight, i)));
            for (var bucket = 0; bucket < PathHash.BucketCount; bucket++)
            {
                counts[rank.Of(bucket)[0]]++;
            }

            Assert.That(counts[4], Is.Zero, "a target of weight 0 is nobody's first choice");
            statistic += ChiSquare(counts[..4], [1 / 16.0, 2 / 16.0, 3 / 16.0, 10 / 16.0]);
        }

        Assert.That(statistic, Is.LessThan(Critical(Sets * 3)));
    }

    [TestCase("{0}")]
    [TestCase("customers/{0}/profile.json")]
    [TestCase("2026/11/24/{0:d12}.dat")]
    public void Paths_fill_buckets_evenly(string format)
    {
        var counts = new double[PathHash.BucketCount];
        for (var i = 0; i < 400_000; i++)
        {
            var path = string.Format(System.Globalization.CultureInfo.InvariantCulture, format, i);
            counts[PathHash.Bucket(PathHash.Of(Encoding.UTF8.GetBytes(path)))]++;
        }

        var even = Enumerable.Repeat(1.0 / counts.Length, counts.Length).ToArray();
        Assert.That(ChiSquare(counts, even), Is.LessThan(Critical(counts.Length - 1)));
    }

    [Test]
    public void The_fourth_equal_target_takes_a_quarter_and_nothing_else_moves()
    {
        var four = Map([1, 1, 1, 1], set: 1);
        var three = four with { MountTargets = [.. four.MountTargets.Take(3)] };
        var before = RendezvousRouter.Compile(three);
        var after = RendezvousRouter.Compile(four);
        var moved = 0;
        for (var i = 0; i < 200_000; i++)
        {
            var path = Encoding.UTF8.GetBytes($"customers/{i}.json");
            var old = before.RouteOf(path, out _).Owner.Targets[0];
            var now = after.RouteOf(path, out _).Owner.Targets[0];
            Assert.That(now == old || now == 3, Is.True);
            moved += now == old ? 0 : 1;
        }

        Assert.That(moved / 200_000.0, Is.EqualTo(0.25).Within(0.02));
    }

    private static ShardMap Map(int[] weights, int set) => new()
    {
        FileSystems = [new FileSystem { FileSystemId = "fs-0a1b2c3d4e5f60718" }],
        MountTargets = [.. weights.Select((w, i) => new MountTarget
        {
            MountTargetId = $"fsmt-{set:x4}{i:x13}",
            FileSystemId = "fs-0a1b2c3d4e5f60718",
            Weight = w,
        })],
    };

    private static double ChiSquare(double[] counts, double[] shares)
    {
        var total = counts.Sum();
        return counts.Zip(shares, (count, share) => Math.Pow(count - (total * share), 2) / (total * share)).Sum();
    }

    /// <summary>The Wilson–Hilferty approximation, good to a few parts in a thousand from 10 degrees of freedom on.</summary>
    private static double Critical(int degreesOfFreedom)
    {
        var v = 2.0 / (9 * degreesOfFreedom);
        return degreesOfFreedom * Math.Pow(1 - v + (Quantile * Math.Sqrt(v)), 3);
    }
}
