using System.Reflection;
using EfsSharding.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace EfsSharding.Tests.DependencyInjection;

/// <summary>A store that a configuration section describes.</summary>
internal sealed class ConfigurationTests
{
    private static readonly Dictionary<Type, (string Value, object Parsed)> Examples = new()
    {
        [typeof(string)] = ("text", "text"),
        [typeof(bool)] = ("True", true),
        [typeof(int)] = ("7", 7),
        [typeof(uint)] = ("7", 7u),
        [typeof(TimeSpan)] = ("00:00:07", TimeSpan.FromSeconds(7)),
        [typeof(UnixFileMode)] = ("0640", (UnixFileMode)0x1A0),
        [typeof(RoutingRule)] = ("modulo", RoutingRule.Modulo),
        [typeof(KernelMountType)] = ("efs", KernelMountType.Efs),
        [typeof(MountTargetOrder)] = ("SameZoneFirst", MountTargetOrder.SameZoneFirst),
        [typeof(FileLayout)] = ("Bucketed", FileLayout.Bucketed),
    };

    private static readonly Dictionary<Type, string> Sections = new()
    {
        [typeof(EfsShardingOptions)] = "",
        [typeof(KernelMountOptions)] = "KernelMount:",
        [typeof(PremountedOptions)] = "Premounted:",
        [typeof(DirectNfsOptions)] = "DirectNfs:",
        [typeof(DirectNfsTlsOptions)] = "DirectNfsTls:",
    };

    private static IEnumerable<TestCaseData> SettableOptions() =>
        from type in Sections.Keys
        from property in type.GetProperties()
        where property.SetMethod is not null && Examples.ContainsKey(Underlying(property))
        select new TestCaseData(type, property).SetArgDisplayNames(type.Name, property.Name);

    [TestCaseSource(nameof(SettableOptions))]
    public void Each_option_is_set_by_its_key(Type type, PropertyInfo property)
    {
        var (value, parsed) = Examples[Underlying(property)];
        Assert.That(property.GetValue(Options(type, [new(Sections[type] + property.Name, value)])), Is.EqualTo(parsed));
    }

    [Test]
    public void Lists_and_maps_are_set_by_keys_below()
    {
        KeyValuePair<string, string?>[] keys =
        [
            new("DefaultTargets:0:MountTargetId", "fsmt-1"), new("DefaultTargets:0:FileSystemId", "fs-1"), new("DefaultTargets:0:Weight", "3"),
            new("DefaultTargets:1:MountTargetId", "fsmt-2"), new("DefaultTargets:1:FileSystemId", "fs-1"), new("DefaultTargets:1:Ipv6Address", "2001:db8::1"),
            new("Premounted:Directories:fs-1", "/mnt/efs"), new("DirectNfs:Groups:0", "10"), new("DirectNfs:Groups:1", "20"),
        ];

        Assert.That(((EfsShardingOptions)Options(typeof(EfsShardingOptions), keys)).DefaultTargets, Is.EqualTo(new[]
        {
            new MountTarget { MountTargetId = "fsmt-1", FileSystemId = "fs-1", Weight = 3 },
            new MountTarget { MountTargetId = "fsmt-2", FileSystemId = "fs-1", Ipv6Address = "2001:db8::1" },
        }));
        Assert.That(((PremountedOptions)Options(typeof(PremountedOptions), keys)).Directories, Is.EqualTo(new Dictionary<string, string> { ["fs-1"] = "/mnt/efs" }));
        Assert.That(((DirectNfsOptions)Options(typeof(DirectNfsOptions), keys)).Groups, Is.EqualTo(new uint[] { 10, 20 }));
    }

    [TestCase("RefreshIntervall", "00:00:10", "EfsSharding:RefreshIntervall is no option; there are Access, AvailabilityZone")]
    [TestCase("RefreshInterval", "60", "EfsSharding:RefreshInterval is '60'; it must be hours:minutes:seconds, for example 00:00:30")]
    [TestCase("RefreshInterval:Seconds", "60", "EfsSharding:RefreshInterval has keys below it")]
    [TestCase("MaxConcurrentOperationsPerTarget", "many", "EfsSharding:MaxConcurrentOperationsPerTarget is 'many'; it must be a whole number")]
    [TestCase("RoutingRule", "1", "EfsSharding:RoutingRule is '1'; it must be Rendezvous or Modulo")]
    [TestCase("Access", "magic", "EfsSharding:Access is 'magic'; it must be Auto or Kernel or Premounted or Direct or Local")]
    [TestCase("Access", "local", "EfsSharding:Access is 'local'; it must be another way, or LocalDirectory:Root be set")]
    [TestCase("DirectNfs", "yes", "EfsSharding:DirectNfs is 'yes'; it must have keys below it")]
    [TestCase("DirectNfs:FileMode", "0999", "EfsSharding:DirectNfs:FileMode is '0999'; it must be permissions in octal digits")]
    [TestCase("DirectNfs:Groups:0", "staff", "EfsSharding:DirectNfs:Groups:0 is 'staff'; it must be the number of a group")]
    [TestCase("DirectNfsTls:Enabled", "1", "EfsSharding:DirectNfsTls:Enabled is '1'; it must be true or false")]
    [TestCase("KernelMount:Prefix", "x", "EfsSharding:KernelMount:Prefix is no option; there are AccessPointId")]
    [TestCase("DefaultTargets:0:Adress", "10.0.0.1", "EfsSharding:DefaultTargets:0:Adress is no option; there are AvailabilityZone")]
    public async Task What_cannot_be_read_ends_the_start_with_its_key(string key, string value, string complaint)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddEfsSharding(Section([new("ParameterName", "/efs/map"), new(key, value)]));
        using var host = builder.Build();

        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.That(failure!.Message, Does.Contain(complaint));
    }

    [Test]
    public async Task A_store_serves_from_what_a_section_says_under_a_name_too()
    {
        var root = Directory.CreateTempSubdirectory("efs-sharding-tests-");
        try
        {
            var section = Section(
            [
                new("Access", "local"), new("LocalDirectory:Root", root.FullName), new("DefaultLayout", "bucketed"),
                new("DefaultTargets:0:MountTargetId", "fsmt-1"), new("DefaultTargets:0:FileSystemId", "fs-1"),
            ]);
            await using var services = new ServiceCollection().AddEfsSharding(section).Services.AddEfsSharding("other", section).Services.BuildServiceProvider();
            await services.GetRequiredService<IShardedFileStore>().WriteAllTextAsync("a", "text");

            Assert.That(await services.GetRequiredKeyedService<IShardedFileStore>("other").ReadAllTextAsync("a"), Is.EqualTo("text"));
            Assert.That(Directory.GetFiles(root.FullName, "a", SearchOption.AllDirectories).Single(), Does.Match("/fs-1/[0-9a-f/]+/a$"));
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    private static Type Underlying(PropertyInfo property) => Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;

    private static IConfigurationSection Section(IEnumerable<KeyValuePair<string, string?>> keys) =>
        new ConfigurationBuilder().AddInMemoryCollection(keys.Select(k => KeyValuePair.Create("EfsSharding:" + k.Key, k.Value))).Build().GetSection("EfsSharding");

    private static object Options(Type type, IEnumerable<KeyValuePair<string, string?>> keys)
    {
        var services = new ServiceCollection().AddEfsSharding(Section(keys)).Services.BuildServiceProvider();
        var options = services.GetServices(typeof(IConfigureOptions<>).MakeGenericType(type)).ToList();
        var made = Activator.CreateInstance(type)!;
        foreach (var configure in options)
        {
            configure!.GetType().GetMethod("Configure", [typeof(string), type])!.Invoke(configure, ["", made]);
        }

        return made;
    }
}
