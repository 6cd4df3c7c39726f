using EfsSharding.Routing;
using FsCheck;

namespace EfsSharding.Tests.Routing;

[FsCheck.NUnit.Properties(Arbitrary = [typeof(RankedCandidates)])]
internal sealed class RendezvousRankTests
{
    [Test]
    public void Orders_are_the_golden_ones()
    {
        var vectors = GoldenVectors.Ranks.ToList();

        Assert.That(vectors, Has.Count.GreaterThan(100));
        foreach (var (candidates, bucket, order) in vectors)
        {
            Assert.That(Order(candidates, bucket), Is.EqualTo(order), $"bucket {bucket}");
        }
    }

    [FsCheck.NUnit.Property]
    public void An_order_has_every_candidate_once(RankedCandidates candidates, BucketNumber bucket) =>
        Assert.That(Order(candidates.All, bucket.Value), Is.EquivalentTo(candidates.All.Select(c => c.Id)));

    [FsCheck.NUnit.Property]
    public void An_order_does_not_depend_on_the_order_of_the_list(RankedCandidates candidates, BucketNumber bucket, int seed)
    {
        var shuffled = candidates.All.ToArray();
        new Random(seed).Shuffle(shuffled);

        Assert.That(Order(shuffled, bucket.Value), Is.EqualTo(Order(candidates.All, bucket.Value)));
    }

    [FsCheck.NUnit.Property]
    public void Adding_or_removing_a_candidate_changes_no_order_between_the_others(RankedCandidates candidates, BucketNumber bucket)
    {
        var one = candidates.All[0];
        var others = candidates.All[1..];

        Assert.That(Order(candidates.All, bucket.Value).Where(id => id != one.Id), Is.EqualTo(Order(others, bucket.Value)));
    }

    [FsCheck.NUnit.Property]
    public void Reweighting_a_candidate_moves_it_alone_and_only_forward_when_it_gets_heavier(RankedCandidates candidates, BucketNumber bucket)
    {
        var (id, weight) = candidates.All[0];
        (string Id, int Weight)[] heavier = [(id, weight + 1 + (bucket.Value % 20)), .. candidates.All[1..]];

        var before = Order(candidates.All, bucket.Value);
        var after = Order(heavier, bucket.Value);

        Assert.That(after.Where(i => i != id), Is.EqualTo(before.Where(i => i != id)));
        Assert.That(Array.IndexOf(after, id), Is.LessThanOrEqualTo(Array.IndexOf(before, id)));
    }

    [FsCheck.NUnit.Property]
    public void Weight_0_ranks_behind_all_others(RankedCandidates candidates, BucketNumber bucket)
    {
        var weights = candidates.All.ToDictionary(c => c.Id, c => c.Weight, StringComparer.Ordinal);
        var drained = Order(candidates.All, bucket.Value).Select(id => weights[id] == 0);

        Assert.That(drained, Is.Ordered);
    }

    [Test]
    public void A_rank_gives_the_indexes_that_its_candidates_carry()
    {
        var rank = new RendezvousRank([new Candidate("a", 1, 10), new Candidate("b", 1, 20), new Candidate("c", 0, 30)]);

        for (var bucket = 0; bucket < 100; bucket++)
        {
            Assert.That(rank.Of(bucket), Is.EqualTo(new[] { 10, 20, 30 }).Or.EqualTo(new[] { 20, 10, 30 }));
        }
    }

    private static string[] Order((string Id, int Weight)[] candidates, int bucket)
    {
        var rank = new RendezvousRank(candidates.Select((c, i) => new Candidate(c.Id, c.Weight, i)));
        _ = rank.Of((bucket + 1) % PathHash.BucketCount);
        return Array.ConvertAll(rank.Of(bucket), i => candidates[i].Id);
    }
}
