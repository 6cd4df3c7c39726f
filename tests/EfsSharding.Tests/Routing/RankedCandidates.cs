using EfsSharding.Routing;
using FsCheck;
using FsCheck.Fluent;

namespace EfsSharding.Tests.Routing;

/// <summary>One to twelve candidates with different ids.</summary>
public sealed record RankedCandidates((string Id, int Weight)[] All)
{
    public static Arbitrary<RankedCandidates> Candidates()
    {
        var weight = Gen.Frequency((4, Gen.Constant(1)), (2, Gen.Constant(0)), (3, Gen.Choose(2, 100)));
        var candidates =
            from count in Gen.Choose(1, 12)
            from numbers in Gen.ArrayOf(Gen.Choose(0, int.MaxValue), count)
            from weights in Gen.ArrayOf(weight, count)
            select new RankedCandidates([.. numbers.Distinct().Zip(weights, (n, w) => ($"fsmt-{n:x17}", w))]);
        return candidates.ToArbitrary();
    }

    public static Arbitrary<BucketNumber> Buckets() => Gen.Choose(0, PathHash.BucketCount - 1).Select(b => new BucketNumber(b)).ToArbitrary();

    public override string ToString() => string.Join(", ", All);
}
