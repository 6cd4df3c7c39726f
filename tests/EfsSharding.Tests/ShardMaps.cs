using FsCheck;
using FsCheck.Fluent;

namespace EfsSharding.Tests;

/// <summary>Valid shard maps of every shape: one to four file systems, each with one to five mount targets, in any order.</summary>
public static class ShardMaps
{
    private static readonly Gen<int> Weight = Gen.Frequency((4, Gen.Constant(1)), (1, Gen.Constant(0)), (2, Gen.Choose(2, 100)));

    public static Arbitrary<ShardMap> Maps()
    {
        var maps =
            from count in Gen.Choose(1, 4)
            from fileSystems in Gen.ArrayOf(FileSystems(), count)
            from targetCounts in Gen.ArrayOf(Gen.Choose(1, 5), count)
            from targets in Gen.ArrayOf(Targets(), targetCounts.Sum())
            from shuffled in Gen.Shuffle(targets)
            from active in Gen.Choose(0, count - 1)
            from revision in Gen.Choose(0, int.MaxValue)
            from layout in Gen.Elements(FileLayout.Plain, FileLayout.Bucketed)
            select new ShardMap
            {
                Revision = revision * 1_000_003L,
                Layout = layout,
                FileSystems = [.. fileSystems.Select((f, i) => f with
                {
                    FileSystemId = $"fs-{i}{f.FileSystemId}",
                    State = i == active ? FileSystemState.Active : f.State,
                })],
                MountTargets = [.. shuffled.Select((t, i) => t with
                {
                    MountTargetId = $"fsmt-{i}{t.MountTargetId}",
                    FileSystemId = FileSystemOf(i, targetCounts, fileSystems),
                })],
            };
        return maps.ToArbitrary();
    }

    private static string FileSystemOf(int target, int[] targetCounts, FileSystem[] fileSystems)
    {
        // The first targets go round, so that every file system has one.
        var i = target < fileSystems.Length ? target : targetCounts[target % targetCounts.Length] % fileSystems.Length;
        return $"fs-{i}{fileSystems[i].FileSystemId}";
    }

    private static Gen<FileSystem> FileSystems() =>
        from id in Gen.Choose(0, int.MaxValue)
        from state in Gen.Elements(FileSystemState.Active, FileSystemState.Joining, FileSystemState.Draining)
        from weight in Weight
        select new FileSystem { FileSystemId = $"{id:x}", State = state, Weight = weight };

    private static Gen<MountTarget> Targets() =>
        from id in Gen.Choose(0, int.MaxValue)
        from weight in Weight
        from octet in Gen.Choose(0, 255)
        from kind in Gen.Choose(0, 3)
        select new MountTarget
        {
            MountTargetId = $"{id:x}",
            FileSystemId = "",
            IpAddress = kind == 0 ? null : $"10.0.1.{octet}",
            Ipv6Address = kind == 1 ? null : $"2001:db8::{octet:x}",
            AvailabilityZone = kind == 2 ? null : $"ap-northeast-1{(char)('a' + (octet % 4))}",
            AvailabilityZoneId = kind == 3 ? "apne1-az4" : null,
            SubnetId = kind == 3 ? null : "subnet-0é\"\\",
            Weight = weight,
        };
}
