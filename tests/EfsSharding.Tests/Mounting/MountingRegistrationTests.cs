using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EfsSharding.Tests.Mounting;

[TestFixture]
internal sealed class MountingRegistrationTests
{
    [Test]
    public async Task A_store_over_a_volume_that_the_platform_mounted_reads_and_writes_there()
    {
        var directory = Directory.CreateTempSubdirectory("efs-sharding-").FullName;
        try
        {
            await using var services = NewServices(b => b.UsePremountedVolumes(o => (o.Directory, o.RequireMount) = (directory, false)));

            await services.GetRequiredService<IShardedFileStore>().WriteAllTextAsync("a/b", "c");

            Assert.That(File.ReadAllText(Path.Join(directory, "a", "b")), Is.EqualTo("c"));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Test]
    [Platform("Linux", Reason = "elsewhere there is no table of mounts to look into")]
    public async Task A_volume_that_is_not_mounted_fails_the_start_and_gets_no_file()
    {
        var directory = Directory.CreateTempSubdirectory("efs-sharding-").FullName;
        try
        {
            await using var services = NewServices(b => b.UseAutomaticAccess(o => o.Directory = directory));

            Assert.That(() => services.GetRequiredService<IShardedFileStore>().WriteAllTextAsync("a/b", "c"),
                Throws.InstanceOf<TargetUnavailableException>().With.Message.Contains("does not lie on an NFS mount"));
            Assert.That(Directory.EnumerateFileSystemEntries(directory), Is.Empty);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Test]
    public async Task Wrong_options_are_refused_before_anything_is_mounted()
    {
        await using var services = NewServices(b => b.UseKernelMounts(o => o.MountRoot = "mnt"));

        Assert.That(() => services.GetRequiredService<IShardedFileStore>(),
            Throws.InstanceOf<OptionsValidationException>().With.Message.Contains("KernelMountOptions.MountRoot is 'mnt'"));
    }

    private static ServiceProvider NewServices(Action<EfsShardingBuilder> use)
    {
        var builder = new ServiceCollection().AddEfsSharding(o =>
            o.DefaultTargets.Add(new MountTarget { MountTargetId = "fsmt-1", FileSystemId = "fs-1", IpAddress = "127.0.0.1" }));
        use(builder);
        return builder.Services.BuildServiceProvider();
    }
}
