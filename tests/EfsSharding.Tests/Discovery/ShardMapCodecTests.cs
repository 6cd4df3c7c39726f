using System.Text.Json;

namespace EfsSharding.Tests.Discovery;

[FsCheck.NUnit.Properties(Arbitrary = [typeof(ShardMaps)])]
internal sealed class ShardMapCodecTests
{
    private const string Target = """{"mount_target_id":"fsmt-1","file_system_id":"fs-1","ip_address":"10.0.0.1"}""";

    [FsCheck.NUnit.Property(MaxTest = 500)]
    public void Property4_the_published_map_reads_back_equal(ShardMap map)
    {
        var read = ShardMapCodec.Parse(ShardMapCodec.Serialize(map), "test");

        Assert.That(read, Is.EqualTo(map));
        Assert.That(read.GetHashCode(), Is.EqualTo(map.GetHashCode()));
        Assert.That(read.HasSameContent(map with { Revision = map.Revision + 1 }), Is.True);
        Assert.That(read, Is.Not.EqualTo(map with { Revision = map.Revision + 1 }));
    }

    [FsCheck.NUnit.Property]
    public void Readers_of_the_first_generation_find_their_four_fields(ShardMap map)
    {
        using var document = JsonDocument.Parse(ShardMapCodec.Serialize(map));

        var targets = document.RootElement.GetProperty("mount_targets").EnumerateArray().ToList();
        Assert.That(targets.Select(t => t.GetProperty("mount_target_id").GetString()), Is.EqualTo(map.MountTargets.Select(t => t.MountTargetId)));
        Assert.That(targets.Select(t => Text(t, "ip_address")), Is.EqualTo(map.MountTargets.Select(t => t.IpAddress)));
        Assert.That(targets.Select(t => Text(t, "availability_zone")), Is.EqualTo(map.MountTargets.Select(t => t.AvailabilityZone)));
        Assert.That(targets.Select(t => Text(t, "subnet_id")), Is.EqualTo(map.MountTargets.Select(t => t.SubnetId)));

        static string? Text(JsonElement target, string name) => target.TryGetProperty(name, out var value) ? value.GetString() : null;
    }

    [FsCheck.NUnit.Property]
    public void A_document_that_was_cut_off_is_refused(ShardMap map, ushort at)
    {
        var json = ShardMapCodec.Serialize(map);

        Assert.That(() => ShardMapCodec.Parse(json[..(at % json.Length)], "/efs/map"), Throws.TypeOf<ShardMapFormatException>().With.Message.Contains("/efs/map"));
    }

    [Test]
    public void A_document_is_compact()
    {
        var map = ShardMapCodec.Parse($$"""{ "schema": 1, "mount_targets": [ {{Target}} ] }""", "test");

        Assert.That(
            ShardMapCodec.Serialize(map),
            Is.EqualTo("""{"schema":1,"revision":0,"layout":"plain","mount_targets":[{"mount_target_id":"fsmt-1","ip_address":"10.0.0.1","file_system_id":"fs-1","weight":1}],"file_systems":[{"file_system_id":"fs-1","state":"active","weight":1}]}"""));
    }

    [Test]
    public void A_document_of_the_first_generation_is_one_file_system()
    {
        var map = ShardMapCodec.Parse(
            """
            { "mount_targets": [
              { "mount_target_id": "fsmt-2", "ip_address": "10.0.2.1", "availability_zone": "ap-northeast-1c", "subnet_id": "subnet-2" },
              { "mount_target_id": "fsmt-1", "ip_address": "10.0.1.1", "availability_zone": "ap-northeast-1a", "subnet_id": "subnet-1" } ],
              "updated_at": "2024-01-01T00:00:00" }
            """,
            "test");

        Assert.That((map.Revision, map.Layout), Is.EqualTo((0L, FileLayout.Plain)));
        Assert.That(map.FileSystems, Is.EqualTo(new[] { new FileSystem { FileSystemId = ShardMapCodec.UnnamedFileSystemId } }));
        Assert.That(map.MountTargets.Select(t => t.MountTargetId), Is.EqualTo(new[] { "fsmt-2", "fsmt-1" }), "in the published order");
        Assert.That(map.MountTargets[1], Is.EqualTo(new MountTarget
        {
            MountTargetId = "fsmt-1",
            FileSystemId = ShardMapCodec.UnnamedFileSystemId,
            IpAddress = "10.0.1.1",
            AvailabilityZone = "ap-northeast-1a",
            SubnetId = "subnet-1",
        }));
    }

    [Test]
    public void Unknown_members_are_ignored()
    {
        var map = ShardMapCodec.Parse(
            """
            {"schema":1,"revision":3,"new":{"a":[1]},"layout":"bucketed",
             "mount_targets":[{"mount_target_id":"fsmt-1","file_system_id":"fs-1","ip_address":"10.0.0.1","colour":"red"}],
             "file_systems":[{"file_system_id":"fs-1","tier":9}]}
            """,
            "test");

        Assert.That((map.Revision, map.Layout, map.MountTargets.Count, map.FileSystems.Count), Is.EqualTo((3L, FileLayout.Bucketed, 1, 1)));
    }

    [TestCase("null", "$")]
    [TestCase("", "line 1, byte 0")]
    [TestCase("[]", "line 1")]
    [TestCase("{\n\"schema\":1,\n\"mount_targets\":[}", "line 3, byte 17")]
    [TestCase("""{"mount_targets":"fsmt-1"}""", "$.mount_targets")]
    [TestCase("""{"schema":1,"revision":"seven","mount_targets":[T]}""", "$.revision")]
    [TestCase("""{"schema":2,"mount_targets":[T]}""", "$.schema")]
    [TestCase("""{"schema":1,"revision":-1,"mount_targets":[T]}""", "$.revision")]
    [TestCase("""{"schema":1,"layout":"Plain","mount_targets":[T]}""", "$.layout")]
    [TestCase("""{"schema":1}""", "$.mount_targets")]
    [TestCase("""{"schema":1,"mount_targets":[]}""", "$.mount_targets")]
    [TestCase("""{"schema":1,"mount_targets":[T,null]}""", "$.mount_targets[1]")]
    [TestCase("""{"schema":1,"mount_targets":[T,T]}""", "$.mount_targets[1].mount_target_id")]
    [TestCase("""{"schema":1,"mount_targets":[{"file_system_id":"fs-1"}]}""", "$.mount_targets[0].mount_target_id")]
    [TestCase("""{"schema":1,"mount_targets":[{"mount_target_id":" ","file_system_id":"fs-1"}]}""", "$.mount_targets[0].mount_target_id")]
    [TestCase("""{"schema":1,"mount_targets":[{"mount_target_id":"fsmt-1"}]}""", "$.mount_targets[0].file_system_id")]
    [TestCase("""{"schema":1,"mount_targets":[{"mount_target_id":"a","file_system_id":"b","ip_address":"300.1.1.1"}]}""", "$.mount_targets[0].ip_address")]
    [TestCase("""{"schema":1,"mount_targets":[{"mount_target_id":"a","file_system_id":"b","ipv6_address":"x"}]}""", "$.mount_targets[0].ipv6_address")]
    [TestCase("""{"schema":1,"mount_targets":[{"mount_target_id":"a","file_system_id":"b","weight":101}]}""", "$.mount_targets[0].weight")]
    [TestCase("""{"schema":1,"mount_targets":[{"mount_target_id":"a","file_system_id":"b","weight":-1}]}""", "$.mount_targets[0].weight")]
    [TestCase("""{"schema":1,"mount_targets":[{"mount_target_id":"a","file_system_id":"b","weight":1.5}]}""", "$.mount_targets[0].weight")]
    [TestCase("""{"schema":1,"mount_targets":[T],"file_systems":[]}""", "$.file_systems")]
    [TestCase("""{"schema":1,"mount_targets":[T],"file_systems":[null]}""", "$.file_systems[0].file_system_id")]
    [TestCase("""{"schema":1,"mount_targets":[T],"file_systems":[{"file_system_id":"fs-2"}]}""", "$.file_systems[0].file_system_id")]
    [TestCase("""{"schema":1,"mount_targets":[T],"file_systems":[{"file_system_id":"fs-1"},{"file_system_id":"fs-1"}]}""", "$.file_systems[1].file_system_id")]
    [TestCase("""{"schema":1,"mount_targets":[T],"file_systems":[{"file_system_id":"fs-1","state":"gone"}]}""", "$.file_systems[0].state")]
    [TestCase("""{"schema":1,"mount_targets":[T],"file_systems":[{"file_system_id":"fs-1","state":"draining"}]}""", "$.file_systems")]
    [TestCase("""{"schema":1,"mount_targets":[T],"file_systems":[{"file_system_id":"fs-1","weight":1000}]}""", "$.file_systems[0].weight")]
    public void A_broken_document_is_told_by_origin_and_position(string json, string position)
    {
        var refusal = Assert.Throws<ShardMapFormatException>(() => ShardMapCodec.Parse(json.Replace("T", Target, StringComparison.Ordinal), "/efs/map"))!;

        Assert.That(refusal.Origin, Is.EqualTo("/efs/map"));
        Assert.That(refusal.Position, Does.Contain(position));
        Assert.That(refusal.Message, Does.Contain("/efs/map").And.Contains(refusal.Position));
    }

    [Test]
    public void A_byte_order_mark_and_ARNs_are_taken_for_what_they_mean()
    {
        var map = ShardMapCodec.Parse(
            "\uFEFF" + """
            { "schema": 1, "mount_targets": [
              { "mount_target_id": "fsmt-1", "file_system_id": "arn:aws:elasticfilesystem:eu-west-1:123456789012:file-system/fs-0a" },
              { "mount_target_id": "arn:aws-cn:elasticfilesystem:cn-north-1:123456789012:mount-target/fsmt-2", "file_system_id": "fs-0a" } ],
              "file_systems": [ { "file_system_id": "fs-0a" } ] }
            """,
            "/efs/map");

        Assert.That(map.FileSystems.Select(f => f.FileSystemId), Is.EqualTo(["fs-0a"]));
        Assert.That(map.MountTargets.Select(t => (t.MountTargetId, t.FileSystemId)), Is.EqualTo([("fsmt-1", "fs-0a"), ("fsmt-2", "fs-0a")]));
    }

    [TestCase("\"ip_address\": \"010.0.0.1\"", "ip_address", "more than one way")]
    [TestCase("\"ip_address\": \"10.1\"", "ip_address", "more than one way")]
    [TestCase("\"ip_address\": \"0x0a000001\"", "ip_address", "more than one way")]
    [TestCase("\"ip_address\": \"0.0.0.0\"", "ip_address", "no address of a server")]
    [TestCase("\"ipv6_address\": \"[fd00::1]:2049\"", "ipv6_address", "not an IP address")]
    [TestCase("\"weight\": 1, \"weight\": 2", "weight", "uplicate")]
    [TestCase("\"mount_target_id\": \"fsmt-2\"", "mount_target_id", "uplicate")]
    public void What_can_be_read_in_two_ways_is_refused_with_parameter_place_and_reason(string member, string place, string reason)
    {
        var json = $$"""{ "mount_targets": [ { "mount_target_id": "fsmt-1", {{member}} } ] }""";

        Assert.That(() => ShardMapCodec.Parse(json, "/efs/map"), Throws.TypeOf<ShardMapFormatException>()
            .With.Message.Contains("'/efs/map'").And.Message.Contains(place).And.Message.Contains(reason));
    }

    [TestCase("arn:aws:elasticfilesystem:eu-west-1:123456789012:access-point/fsap-1")]
    [TestCase("arn:aws:s3:::bucket")]
    [TestCase("fs-1 ")]
    [TestCase("a/b")]
    public void What_is_no_id_of_a_file_system_is_refused(string id)
    {
        var json = $$"""{ "schema": 1, "mount_targets": [ { "mount_target_id": "fsmt-1", "file_system_id": "{{id}}" } ] }""";

        Assert.That(() => ShardMapCodec.Parse(json, "/efs/map"), Throws.TypeOf<ShardMapFormatException>().With.Property("Position").EqualTo("$.mount_targets[0].file_system_id"));
    }
}
