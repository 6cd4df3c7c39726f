using System.Text;
using EfsSharding.Routing;
using FsCheck;

namespace EfsSharding.Tests.Routing;

[FsCheck.NUnit.Properties(Arbitrary = [typeof(ShardMaps), typeof(StorePaths)])]
internal sealed class RendezvousRouterTests
{
    [FsCheck.NUnit.Property]
    public void Property5_a_path_always_routes_to_the_same_target(ShardMap map, ValidPath path, int seed)
    {
        var random = new Random(seed);
        MountTarget[] targets = [.. map.MountTargets];
        FileSystem[] fileSystems = [.. map.FileSystems];
        random.Shuffle(targets);
        random.Shuffle(fileSystems);
        var router = RendezvousRouter.Compile(map);

        var route = Ids(map, router, path.Value);

        Assert.That(Ids(map, router, path.Value), Is.EqualTo(route), "asked again");
        Assert.That(Ids(map, RendezvousRouter.Compile(map), path.Value), Is.EqualTo(route), "in another process");
        var relisted = map with { MountTargets = targets, FileSystems = fileSystems, Revision = map.Revision + 1 };
        Assert.That(Ids(relisted, RendezvousRouter.Compile(relisted), path.Value), Is.EqualTo(route), "with the lists in another order");
    }

    [FsCheck.NUnit.Property]
    public void A_route_is_what_the_ranks_of_its_bucket_say(ShardMap map, ValidPath path)
    {
        var route = RendezvousRouter.Compile(map).RouteOf(Encoding.UTF8.GetBytes(path.Value), out var bucket);

        Assert.That(bucket, Is.EqualTo(PathHash.Bucket(PathHash.Of(Encoding.UTF8.GetBytes(path.Value)))));
        var ranked = new RendezvousRank(map.FileSystems.Select((f, i) => new Candidate(f.FileSystemId, f.Weight, i))).Of(bucket);
        Assert.That(
            route.Holders.Select(h => h.FileSystemId),
            Is.EqualTo(BucketHolders.Of(map.FileSystems, ranked).Select(i => map.FileSystems[i].FileSystemId)));
        foreach (var holder in route.Holders)
        {
            var targets = map.MountTargets.Index().Where(t => t.Item.FileSystemId == holder.FileSystemId)
                .Select(t => new Candidate(t.Item.MountTargetId, t.Item.Weight, t.Index));
            Assert.That(holder.Targets, Is.EqualTo(new RendezvousRank(targets).Of(bucket)).And.Not.Empty);
        }
    }

    [FsCheck.NUnit.Property(MaxTest = 40)]
    public void A_new_mount_target_takes_buckets_and_moves_no_other(ShardMap map)
    {
        var added = new MountTarget { MountTargetId = "fsmt-added", FileSystemId = map.FileSystems[0].FileSystemId };
        var larger = map with { MountTargets = [.. map.MountTargets, added] };
        var before = RendezvousRouter.Compile(map);
        var after = RendezvousRouter.Compile(larger);

        for (var i = 0; i < 500; i++)
        {
            var old = Ids(map, before, $"file-{i}");
            var now = Ids(larger, after, $"file-{i}");
            Assert.That(now.Where(id => id != "fsmt-added"), Is.EqualTo(old));
        }
    }

    /// <summary>The ids of holders and targets, in the order of the route.</summary>
    private static List<string> Ids(ShardMap map, RendezvousRouter router, string path) =>
        [.. router.RouteOf(Encoding.UTF8.GetBytes(path), out _).Holders
            .SelectMany(h => h.Targets.Select(t => map.MountTargets[t].MountTargetId).Prepend(h.FileSystemId))];
}
