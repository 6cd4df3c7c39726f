using System.Reflection;
using Samples;
using Worker.Settings;

namespace EfsSharding.Scaling.Tests.Samples;

/// <summary>Every option has a variable; a wrong one is named with its value and what would be right.</summary>
[TestFixture]
internal sealed class WorkerVariablesTests
{
    private static readonly Dictionary<Type, (string Value, object Parsed)> Examples = new()
    {
        [typeof(string)] = ("text", "text"),
        [typeof(bool)] = ("True", true),
        [typeof(int)] = ("7", 7),
        [typeof(uint)] = ("7", 7u),
        [typeof(TimeSpan)] = ("7s", TimeSpan.FromSeconds(7)),
        [typeof(UnixFileMode)] = ("0640", (UnixFileMode)0x1A0),
        [typeof(RoutingRule)] = ("modulo", RoutingRule.Modulo),
        [typeof(KernelMountType)] = ("efs", KernelMountType.Efs),
        [typeof(FileLayout)] = ("bucketed", FileLayout.Bucketed),
        [typeof(MountTargetOrder)] = ("samezonefirst", MountTargetOrder.SameZoneFirst),
    };

    private static IEnumerable<TestCaseData> SettableOptions() =>
        from type in new[] { typeof(EfsShardingOptions), typeof(DirectNfsOptions), typeof(DirectNfsTlsOptions), typeof(KernelMountOptions), typeof(PremountedOptions) }
        from property in type.GetProperties()
        where property.SetMethod is not null && Examples.ContainsKey(Underlying(property))
        select new TestCaseData(type, property).SetArgDisplayNames(type.Name, property.Name);

    [TestCaseSource(nameof(SettableOptions))]
    public void Option_IsSetByItsVariable(Type type, PropertyInfo property)
    {
        var (value, parsed) = Examples[Underlying(property)];
        var options = Activator.CreateInstance(type)!;
        Apply(Settings(($"{type.Name.Replace("Options", "", StringComparison.Ordinal)}__{property.Name}", value)), options);
        Assert.That(property.GetValue(options), Is.EqualTo(parsed));
    }

    [Test]
    public void Options_ThatHoldSeveralValues_AreSetByTheirVariables()
    {
        var settings = Settings(
            ("EfsSharding__DefaultTargets__0__MountTargetId", "fsmt-1"),
            ("EfsSharding__DefaultTargets__0__FileSystemId", "fs-1"),
            ("EfsSharding__DefaultTargets__0__IpAddress", "10.0.0.1"),
            ("EfsSharding__DefaultTargets__1__MountTargetId", "fsmt-2"),
            ("EfsSharding__DefaultTargets__1__FileSystemId", "fs-2"),
            ("EfsSharding__DefaultTargets__1__Weight", "0"),
            ("DirectNfs__Groups", "10, 20"),
            ("Premounted__Directories__fs-1", "/mnt/one"));
        var (store, nfs, volumes) = (new EfsShardingOptions(), new DirectNfsOptions(), new PremountedOptions());
        settings.Apply(store);
        settings.Apply(nfs);
        settings.Apply(volumes);
        Assert.Multiple(() =>
        {
            Assert.That(store.DefaultTargets, Is.EqualTo(new MountTarget[]
            {
                new() { MountTargetId = "fsmt-1", FileSystemId = "fs-1", IpAddress = "10.0.0.1" },
                new() { MountTargetId = "fsmt-2", FileSystemId = "fs-2", Weight = 0 },
            }));
            Assert.That(nfs.Groups, Is.EqualTo(new uint[] { 10, 20 }));
            Assert.That(volumes.Directories, Is.EqualTo(new Dictionary<string, string> { ["fs-1"] = "/mnt/one" }));
        });
    }

    /// <summary>What no variable sets is meant not to be: credentials have the AWS SDK's own, and trusted roots are a file, tested beside this.</summary>
    [Test]
    public void No_option_is_forgotten()
    {
        var types = new[] { typeof(EfsShardingOptions), typeof(DirectNfsOptions), typeof(DirectNfsTlsOptions), typeof(KernelMountOptions), typeof(PremountedOptions) };
        var others = types.SelectMany(type => type.GetProperties().Where(property => property.SetMethod is null || !Examples.ContainsKey(Underlying(property)))
            .Select(property => $"{type.Name}.{property.Name}"));
        Assert.That(others, Is.EquivalentTo(new[]
        {
            "EfsShardingOptions.DefaultTargets", "DirectNfsOptions.Groups", "DirectNfsTlsOptions.Credentials", "DirectNfsTlsOptions.TrustedRoots", "PremountedOptions.Directories",
        }));
    }

    [TestCase("EfsSharding__RefreshInterval", "60", "it must be a duration such as 00:00:30")]
    [TestCase("EfsSharding__OperationTimeout", "soon", "it must be a duration such as 00:00:30")]
    [TestCase("EfsSharding__RoutingRule", "0", "it must be Rendezvous or Modulo")]
    [TestCase("EfsSharding__MaxConcurrentOperationsPerTarget", "64.5", "it must be a whole number of")]
    [TestCase("EfsSharding__DefaultTargets__0__Weight", "heavy", "it must be a whole number of")]
    [TestCase("DirectNfs__FileMode", "rw-r--r--", "it must be permissions in octal digits such as 0644")]
    [TestCase("DirectNfs__UserId", "-1", "it must be a whole number of 0 to 4294967295")]
    [TestCase("DirectNfs__Groups", "staff", "it must be numeric groups")]
    [TestCase("DirectNfsTls__Enabled", "1", "it must be true or false")]
    [TestCase("DirectNfsTls__TrustedRoots", "/no/such/file", "it must be a file of certificates in PEM")]
    [TestCase("KernelMount__Type", "nfs3", "it must be Nfs4 or Efs")]
    [TestCase("Premounted__RequireMount", "yes", "it must be true or false")]
    public void Variable_WithAWrongValue_IsNamedWithTheValueAndWhatIsRight(string name, string value, string right)
    {
        var problem = Assert.Throws<SettingsException>(Settings((name, value)).Check)!;
        Assert.That(problem.Message, Does.Contain($"{name} is '{value}'; {right}"));
    }

    [TestCase("EfsSharding__RefreshIntervall")]
    [TestCase("DirectNfs__Tls")]
    [TestCase("KernelMount__Root")]
    [TestCase("LocalDirectory__Path")]
    public void Variable_ThatIsNoOption_IsRefused_AndTheOptionsAreNamed(string name)
    {
        var problem = Assert.Throws<SettingsException>(Settings((name, "1")).Check)!;
        Assert.That(problem.Message, Does.Contain($"{name} is not an option; the options are ").And.Contain(name.Split("__")[0] + "__"));
    }

    private static StoreSettings Settings(params (string Name, string Value)[] variables) =>
        new(new Variables([.. variables.Select(v => KeyValuePair.Create(v.Name, (string?)v.Value)), new("SSM_PARAMETER_NAME", "/map")]));

    private static Type Underlying(PropertyInfo property) => Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;

    private static void Apply(StoreSettings settings, object options)
    {
        switch (options)
        {
            case EfsShardingOptions store: settings.Apply(store); break;
            case DirectNfsOptions nfs: settings.Apply(nfs); break;
            case DirectNfsTlsOptions tls: settings.Apply(tls); break;
            case KernelMountOptions kernel: settings.Apply(kernel); break;
            case PremountedOptions volumes: settings.Apply(volumes); break;
        }
    }
}
