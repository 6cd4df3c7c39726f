using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace EfsSharding.DependencyInjection.Configuration;

/// <summary>
/// The section of one store: its own options, <c>Access</c>, and a section for each way to its targets. Written by hand, one line for each option, as
/// binding by reflection does not survive trimming and passes over what it does not know.
/// </summary>
internal sealed class StoreSection(IConfiguration section)
{
    private const string KernelMount = "KernelMount";
    private const string Premounted = "Premounted";
    private const string LocalDirectory = "LocalDirectory";
    private const string DirectNfs = "DirectNfs";
    private const string DirectNfsTls = "DirectNfsTls";

    /// <summary>Whether the store may end at direct NFS: it is named, or has options.</summary>
    public bool OffersDirectNfs =>
        section.GetSection(DirectNfs).Exists() || section.GetSection(DirectNfsTls).Exists() || Access is StoreAccess.Direct or StoreAccess.Auto;

    /// <summary>How the targets are reached; null when the section does not say, or not rightly.</summary>
    public StoreAccess? Access
    {
        get
        {
            StoreAccess? access = null;
            new SectionReader(section, []).Choice<StoreAccess>(nameof(Access), value => access = value);
            return access;
        }
    }

    /// <summary>The directory of <see cref="StoreAccess.Local"/>.</summary>
    public string? LocalRoot => section.GetSection(LocalDirectory)["Root"];

    public void Apply(string name, EfsShardingOptions options) => Read<EfsShardingOptions>(name, section, reader =>
    {
        reader.Text(nameof(options.ParameterName), value => options.ParameterName = value);
        reader.Duration(nameof(options.RefreshInterval), value => options.RefreshInterval = value);
        reader.Duration(nameof(options.OperationTimeout), value => options.OperationTimeout = value);
        reader.Number<int>(nameof(options.MaxConcurrentOperationsPerTarget), value => options.MaxConcurrentOperationsPerTarget = value);
        reader.Duration(nameof(options.MountTimeout), value => options.MountTimeout = value);
        reader.Duration(nameof(options.MinRetryDelay), value => options.MinRetryDelay = value);
        reader.Duration(nameof(options.MaxRetryDelay), value => options.MaxRetryDelay = value);
        reader.Choice<MountTargetOrder>(nameof(options.MountTargetOrder), value => options.MountTargetOrder = value);
        reader.Text(nameof(options.AvailabilityZone), value => options.AvailabilityZone = value);
        reader.Choice<RoutingRule>(nameof(options.RoutingRule), value => options.RoutingRule = value);
        reader.Choice<FileLayout>(nameof(options.DefaultLayout), value => options.DefaultLayout = value);
        reader.Choice<StoreAccess>(nameof(Access), _ => { });
        foreach (var target in reader.Children(nameof(options.DefaultTargets)))
        {
            options.DefaultTargets.Add(ReadTarget(name, target));
        }

        foreach (var way in (string[])[KernelMount, Premounted, LocalDirectory, DirectNfs, DirectNfsTls])
        {
            reader.Children(way);
        }

        if (Access == StoreAccess.Local && string.IsNullOrEmpty(LocalRoot))
        {
            reader.Refuse(nameof(Access), $"another way, or {LocalDirectory}:Root be set");
        }
    });

    public void Apply(string name, KernelMountOptions options) => Read<KernelMountOptions>(name, section.GetSection(KernelMount), reader =>
    {
        reader.Text(nameof(options.MountRoot), value => options.MountRoot = value);
        reader.Text(nameof(options.NamePrefix), value => options.NamePrefix = value);
        reader.Choice<KernelMountType>(nameof(options.Type), value => options.Type = value);
        reader.Switch(nameof(options.Tls), value => options.Tls = value);
        reader.Switch(nameof(options.Iam), value => options.Iam = value);
        reader.Text(nameof(options.AccessPointId), value => options.AccessPointId = value);
        reader.Text(nameof(options.ExtraOptions), value => options.ExtraOptions = value);
    });

    public void Apply(string name, PremountedOptions options) => Read<PremountedOptions>(name, section.GetSection(Premounted), reader =>
    {
        reader.Text(nameof(options.Directory), value => options.Directory = value);
        reader.Switch(nameof(options.RequireMount), value => options.RequireMount = value);
        foreach (var directory in reader.Children(nameof(options.Directories)))
        {
            options.Directories[directory.Key] = directory.Value ?? "";
        }
    });

    public void Apply(string name, DirectNfsOptions options) => Read<DirectNfsOptions>(name, section.GetSection(DirectNfs), reader =>
    {
        reader.Number<int>(nameof(options.Port), value => options.Port = value);
        reader.Text(nameof(options.RootPath), value => options.RootPath = value);
        reader.Number<uint>(nameof(options.UserId), value => options.UserId = value);
        reader.Number<uint>(nameof(options.GroupId), value => options.GroupId = value);
        reader.Number<int>(nameof(options.ConnectionsPerTarget), value => options.ConnectionsPerTarget = value);
        reader.Number<int>(nameof(options.SlotsPerConnection), value => options.SlotsPerConnection = value);
        reader.Number<int>(nameof(options.MaxReadSize), value => options.MaxReadSize = value);
        reader.Number<int>(nameof(options.MaxWriteSize), value => options.MaxWriteSize = value);
        reader.Number<int>(nameof(options.ReadAhead), value => options.ReadAhead = value);
        reader.Number<int>(nameof(options.WriteBehind), value => options.WriteBehind = value);
        reader.Number<int>(nameof(options.MaxUncommittedBytes), value => options.MaxUncommittedBytes = value);
        reader.Duration(nameof(options.ReconnectTimeout), value => options.ReconnectTimeout = value);
        reader.Duration(nameof(options.DirectoryHandleLifetime), value => options.DirectoryHandleLifetime = value);
        reader.Mode(nameof(options.FileMode), value => options.FileMode = value);
        reader.Mode(nameof(options.DirectoryMode), value => options.DirectoryMode = value);
        if (reader.Children(nameof(options.Groups)).ToList() is { Count: > 0 } groups)
        {
            options.Groups = [.. groups.Select(group => ReadGroup(name, group))];
        }
    });

    public void Apply(string name, DirectNfsTlsOptions options) => Read<DirectNfsTlsOptions>(name, section.GetSection(DirectNfsTls), reader =>
    {
        reader.Switch(nameof(options.Enabled), value => options.Enabled = value);
        reader.Text(nameof(options.Region), value => options.Region = value);
        reader.Text(nameof(options.DnsSuffix), value => options.DnsSuffix = value);
        reader.Text(nameof(options.ServerName), value => options.ServerName = value);
        reader.Text(nameof(options.AccessPointId), value => options.AccessPointId = value);
        reader.Switch(nameof(options.UseIam), value => options.UseIam = value);
    });

    private static MountTarget ReadTarget(string name, IConfigurationSection section)
    {
        var target = new MountTarget { MountTargetId = "", FileSystemId = "" };
        Read<EfsShardingOptions>(name, section, reader =>
        {
            reader.Text(nameof(target.MountTargetId), value => target = target with { MountTargetId = value });
            reader.Text(nameof(target.FileSystemId), value => target = target with { FileSystemId = value });
            reader.Text(nameof(target.IpAddress), value => target = target with { IpAddress = value });
            reader.Text(nameof(target.Ipv6Address), value => target = target with { Ipv6Address = value });
            reader.Text(nameof(target.AvailabilityZone), value => target = target with { AvailabilityZone = value });
            reader.Text(nameof(target.AvailabilityZoneId), value => target = target with { AvailabilityZoneId = value });
            reader.Text(nameof(target.SubnetId), value => target = target with { SubnetId = value });
            reader.Number<int>(nameof(target.Weight), value => target = target with { Weight = value });
        });
        return target;
    }

    private static uint ReadGroup(string name, IConfigurationSection section) =>
        uint.TryParse(section.Value, out var group)
            ? group
            : throw new OptionsValidationException(name, typeof(DirectNfsOptions), [$"{section.Path} is '{section.Value}'; it must be the number of a group."]);

    private static void Read<TOptions>(string name, IConfiguration section, Action<SectionReader> read)
    {
        List<string> problems = [];
        var reader = new SectionReader(section, problems);
        read(reader);
        reader.RefuseOthers();
        if (problems.Count > 0)
        {
            throw new OptionsValidationException(name, typeof(TOptions), problems.Select(problem => problem + "."));
        }
    }
}
