using EfsSharding.Volumes;

namespace EfsSharding.Tests.Storage;

/// <summary>Three mount targets in three zones: which of them operations go to.</summary>
internal sealed class StoreZoneTests
{
    private static readonly string[] Paths = [.. Enumerable.Range(0, 60).Select(i => $"customers/{i}.json")];

    private static readonly ShardMap Map = StoreUnderTest.Map(1, 3) with
    {
        MountTargets = [.. "abc".Select((zone, i) => new MountTarget { MountTargetId = $"fsmt-0-{i}", FileSystemId = "fs-0", AvailabilityZone = $"eu-west-1{zone}" })],
    };

    [Test]
    public async Task By_default_the_hash_spreads_them_over_all()
    {
        await using var test = await StoreUnderTest.StartAsync(Map);
        Assert.That((await WriteAllAsync(test)).Keys, Is.EquivalentTo(["fsmt-0-0", "fsmt-0-1", "fsmt-0-2"]));
    }

    [Test]
    public async Task With_the_own_zone_first_all_go_to_its_mount_target()
    {
        await using var test = await StoreUnderTest.StartAsync(Map, InZoneB);
        Assert.That(await WriteAllAsync(test), Is.EqualTo(new Dictionary<string, int> { ["fsmt-0-1"] = Paths.Length }));
    }

    [Test]
    public async Task When_it_fails_the_others_share_its_paths_and_every_file_is_there()
    {
        await using var test = await StoreUnderTest.StartAsync(Map, InZoneB);
        await WriteAllAsync(test);

        var asked = await WriteAllAsync(test, down: "fsmt-0-1");

        Assert.That(asked.Keys, Is.SupersetOf(new[] { "fsmt-0-0", "fsmt-0-2" }));
        foreach (var path in Paths)
        {
            Assert.That(await test.Store.ReadAllTextAsync(path), Is.EqualTo(path));
        }
    }

    private static void InZoneB(EfsShardingOptions options)
    {
        options.MountTargetOrder = MountTargetOrder.SameZoneFirst;
        options.AvailabilityZone = "eu-west-1b";
    }

    private static async Task<Dictionary<string, int>> WriteAllAsync(StoreUnderTest test, string? down = null)
    {
        var asked = new List<string>();
        test.Mounter.Before = (target, operation, _) =>
        {
            if (operation == "write")
            {
                lock (asked)
                {
                    asked.Add(target);
                }
            }

            return target == down ? throw new TargetFaultException("its zone is gone", mayTakeEffect: false) : Task.CompletedTask;
        };
        foreach (var path in Paths)
        {
            await test.Store.WriteAllTextAsync(path, path);
        }

        return asked.CountBy(target => target).ToDictionary();
    }
}
