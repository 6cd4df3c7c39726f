using System.Text;
using EfsSharding.Routing;
using FsCheck;

namespace EfsSharding.Tests.Routing;

[FsCheck.NUnit.Properties(Arbitrary = [typeof(ShardMaps), typeof(StorePaths)])]
internal sealed class ZonePreferenceTests
{
    [FsCheck.NUnit.Property]
    public void Targets_of_the_zone_go_first_and_the_order_is_the_hash_s_otherwise(ShardMap map, ValidPath path, bool modulo, bool byId)
    {
        string[] zones = ["eu-west-1a", "eu-west-1b", "eu-west-1c"];
        map = map with
        {
            MountTargets = [.. map.MountTargets.Select((t, i) => t with { AvailabilityZone = zones[i % 3], AvailabilityZoneId = $"euw1-az{i % 3}" })],
        };
        if (map.MountTargets.Count < 2)
        {
            return;
        }

        var zone = byId ? "EUW1-AZ1" : "eu-west-1b";
        var byHash = Route(map, null, path.Value, modulo);

        var preferred = Route(map, zone, path.Value, modulo);

        Assert.That(preferred.Holders.Select(h => h.FileSystemId), Is.EqualTo(byHash.Holders.Select(h => h.FileSystemId)), "where a file is");
        foreach (var (own, hashed) in preferred.Holders.Zip(byHash.Holders))
        {
            int[] weighted = [.. hashed.Targets.Where(i => map.MountTargets[i].Weight > 0)];
            int[] drained = [.. hashed.Targets.Where(i => map.MountTargets[i].Weight == 0)];
            Assert.That(own.Targets, Is.EqualTo((int[])[.. InZone(weighted), .. Elsewhere(weighted), .. InZone(drained), .. Elsewhere(drained)]));
        }

        IEnumerable<int> InZone(int[] targets) => targets.Where(i => map.MountTargets[i].AvailabilityZone == "eu-west-1b");
        IEnumerable<int> Elsewhere(int[] targets) => targets.Where(i => map.MountTargets[i].AvailabilityZone != "eu-west-1b");
    }

    [FsCheck.NUnit.Property]
    public void A_zone_without_targets_changes_nothing(ShardMap map, ValidPath path, bool modulo) =>
        Assert.That(
            Route(map, "eu-west-1f", path.Value, modulo).Holders.Select(h => h.Targets),
            Is.EqualTo(Route(map, null, path.Value, modulo).Holders.Select(h => h.Targets)));

    private static Route Route(ShardMap map, string? zone, string path, bool modulo)
    {
        IRouter router = modulo ? ModuloRouter.Compile(map, zone) : RendezvousRouter.Compile(map, zone);
        return router.RouteOf(Encoding.UTF8.GetBytes(path), out _);
    }
}
