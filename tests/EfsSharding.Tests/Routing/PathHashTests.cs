using System.Text;
using EfsSharding.Routing;

namespace EfsSharding.Tests.Routing;

internal sealed class PathHashTests
{
    [Test]
    public void Hash_and_bucket_are_the_golden_ones()
    {
        var vectors = GoldenVectors.Paths.ToList();

        Assert.That(vectors, Has.Count.GreaterThan(80));
        foreach (var (path, hash, bucket) in vectors)
        {
            Assert.That(PathHash.Of(Encoding.UTF8.GetBytes(path)), Is.EqualTo(hash), path);
            Assert.That(PathHash.Bucket(hash), Is.EqualTo(bucket), path);
        }
    }

    [FsCheck.NUnit.Property]
    public void A_bucket_is_the_upper_twelve_bits(ulong hash) =>
        Assert.That(PathHash.Bucket(hash), Is.InRange(0, PathHash.BucketCount - 1).And.EqualTo((int)(hash / (1UL << 52))));
}
