using System.Text;
using EfsSharding.Routing;
using FsCheck;

namespace EfsSharding.Tests.Routing;

[FsCheck.NUnit.Properties(Arbitrary = [typeof(ShardMaps), typeof(StorePaths)])]
internal sealed class ModuloRouterTests
{
    [Test]
    public void Targets_are_the_golden_ones()
    {
        var vectors = GoldenVectors.Modulo.ToList();

        Assert.That(vectors, Has.Count.GreaterThan(100));
        foreach (var count in vectors.GroupBy(v => v.Count))
        {
            var router = ModuloRouter.Compile(new ShardMap
            {
                FileSystems = [new FileSystem { FileSystemId = "fs" }],
                MountTargets = [.. Enumerable.Range(0, count.Key).Select(i => new MountTarget { MountTargetId = $"{i}", FileSystemId = "fs" })],
            });
            foreach (var (path, _, index) in count)
            {
                var route = router.RouteOf(Encoding.UTF8.GetBytes(path), out var bucket);
                Assert.That(route.Owner.Targets[0], Is.EqualTo(index), path);
                Assert.That(bucket, Is.EqualTo(PathHash.Bucket(PathHash.Of(Encoding.UTF8.GetBytes(path)))));
            }
        }
    }

    [FsCheck.NUnit.Property]
    public void The_following_targets_of_the_same_file_system_serve_on_failure(ShardMap map, ValidPath path)
    {
        var route = ModuloRouter.Compile(map).RouteOf(Encoding.UTF8.GetBytes(path.Value), out _);

        Assert.That(route.Holders, Has.Length.EqualTo(1));
        var first = route.Owner.Targets[0];
        var expected = Enumerable.Range(0, map.MountTargets.Count)
            .Select(i => (first + i) % map.MountTargets.Count)
            .Where(i => map.MountTargets[i].FileSystemId == map.MountTargets[first].FileSystemId);
        Assert.That(route.Owner.Targets, Is.EqualTo(expected));
        Assert.That(route.Owner.FileSystemId, Is.EqualTo(map.MountTargets[first].FileSystemId));
    }
}
