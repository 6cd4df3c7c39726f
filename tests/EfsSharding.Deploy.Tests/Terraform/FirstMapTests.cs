namespace EfsSharding.Deploy.Tests.Terraform;

/// <summary>The shard map that Terraform writes once is one that services can read.</summary>
[TestFixture]
internal sealed class FirstMapTests
{
    [TestCase("plain", FileLayout.Plain)]
    [TestCase("bucketed", FileLayout.Bucketed)]
    public async Task FirstMap_IsReadAsItWasMeant(string layout, FileLayout expected)
    {
        await TerraformModule.GetAsync();
        var document = await TerraformModule.EvaluateAsync("first_map", new Dictionary<string, object>
        {
            ["var.layout"] = layout,
            ["aws_efs_file_system.files.id"] = "fs-1",
            ["aws_efs_mount_target.initial"] = new Dictionary<string, object> { ["zone-a"] = Target(2), ["zone-b"] = Target(1) },
        });
        var map = ShardMapCodec.Parse(document.GetRawText(), "first_map");
        Assert.Multiple(() =>
        {
            Assert.That(map.Revision, Is.EqualTo(1));
            Assert.That(map.Layout, Is.EqualTo(expected));
            Assert.That(map.MountTargets, Is.EqualTo(new[] { Expected(1), Expected(2) }));
            Assert.That(map.FileSystems, Is.EqualTo(new[] { new FileSystem { FileSystemId = "fs-1" } }));
        });
    }

    [Test]
    public async Task TheParameter_IsTheFirstMap_AndIsLeftAloneAfterwards()
    {
        var module = await TerraformModule.GetAsync();
        var parameter = module.Block("aws_ssm_parameter.map");
        Assert.That(parameter.GetProperty("value").GetString(), Is.EqualTo("${jsonencode(local.first_map)}"));
        Assert.That(parameter.GetProperty("lifecycle")[0].GetProperty("ignore_changes")[0].GetString(), Is.EqualTo("${value}"));
    }

    // What EFS says of a mount target, by the provider's names.
    private static Dictionary<string, object> Target(int number) => new()
    {
        ["id"] = $"fsmt-{number}",
        ["file_system_id"] = "fs-1",
        ["ip_address"] = $"10.0.{number}.1",
        ["availability_zone_name"] = $"zone-{number}",
        ["availability_zone_id"] = $"az{number}",
        ["subnet_id"] = $"subnet-{number}",
    };

    private static MountTarget Expected(int number) => new()
    {
        MountTargetId = $"fsmt-{number}",
        FileSystemId = "fs-1",
        IpAddress = $"10.0.{number}.1",
        AvailabilityZone = $"zone-{number}",
        AvailabilityZoneId = $"az{number}",
        SubnetId = $"subnet-{number}",
        Weight = 1,
    };
}
