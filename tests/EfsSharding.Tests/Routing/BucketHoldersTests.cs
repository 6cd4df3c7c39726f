using EfsSharding.Routing;
using FsCheck;

namespace EfsSharding.Tests.Routing;

[FsCheck.NUnit.Properties(Arbitrary = [typeof(ShardMaps), typeof(RankedCandidates)])]
internal sealed class BucketHoldersTests
{
    [Test]
    public void Holders_are_the_golden_ones()
    {
        var vectors = GoldenVectors.Holders.ToList();

        Assert.That(vectors, Has.Count.GreaterThan(50));
        foreach (var (fileSystems, bucket, order) in vectors)
        {
            Assert.That(Holders(fileSystems, bucket), Is.EqualTo(order), $"bucket {bucket}");
        }
    }

    [FsCheck.NUnit.Property]
    public void The_owner_takes_new_files_and_so_is_not_draining(ShardMap map, BucketNumber bucket)
    {
        var owner = Holders(map.FileSystems, bucket.Value)[0];

        Assert.That(map.FileSystems.Single(f => f.FileSystemId == owner).State, Is.Not.EqualTo(FileSystemState.Draining));
    }

    [FsCheck.NUnit.Property]
    public void When_all_are_active_each_bucket_has_one_holder(ShardMap map, BucketNumber bucket)
    {
        FileSystem[] active = [.. map.FileSystems.Select(f => f with { State = FileSystemState.Active })];

        Assert.That(Holders(active, bucket.Value), Has.Length.EqualTo(1));
    }

    [FsCheck.NUnit.Property]
    public void Whoever_had_the_bucket_before_a_file_system_joined_is_still_looked_at(ShardMap map, BucketNumber bucket)
    {
        FileSystem[] joined = [.. map.FileSystems, new FileSystem { FileSystemId = "fs-joining", State = FileSystemState.Joining }];
        var before = Holders(map.FileSystems, bucket.Value);

        var holders = Holders(joined, bucket.Value);

        Assert.That(holders, Is.SupersetOf(before));
        Assert.That(holders.Except(before), Is.SubsetOf(new[] { "fs-joining" }));
        FileSystem[] settled = [.. map.FileSystems, new FileSystem { FileSystemId = "fs-joining" }];
        Assert.That(Holders(settled, bucket.Value)[0], Is.EqualTo(holders[0]), "the owner stays when joining ends");
    }

    [FsCheck.NUnit.Property]
    public void A_draining_file_system_loses_its_new_files_and_keeps_its_old_ones(ShardMap map, BucketNumber bucket)
    {
        FileSystem[] whole = [.. map.FileSystems, new FileSystem { FileSystemId = "fs-draining" }];
        FileSystem[] draining = [.. map.FileSystems, new FileSystem { FileSystemId = "fs-draining", State = FileSystemState.Draining }];

        var holders = Holders(draining, bucket.Value);

        Assert.That(holders, Does.Contain(Holders(whole, bucket.Value)[0]), "who had the bucket");
        Assert.That(holders[0], Is.EqualTo(Holders(map.FileSystems, bucket.Value)[0]), "who gets it when the drained one has gone");
    }

    private static string[] Holders(IReadOnlyList<FileSystem> fileSystems, int bucket)
    {
        var ranked = new RendezvousRank(fileSystems.Select((f, i) => new Candidate(f.FileSystemId, f.Weight, i))).Of(bucket);
        return Array.ConvertAll(BucketHolders.Of(fileSystems, ranked), i => fileSystems[i].FileSystemId);
    }
}
