using EfsSharding.Validation;
using Microsoft.Extensions.Options;

namespace EfsSharding.Access;

internal sealed class KernelMountOptionsValidator : IValidateOptions<KernelMountOptions>
{
    public ValidateOptionsResult Validate(string? name, KernelMountOptions options)
    {
        var failures = new ValidateOptionsResultBuilder();
        var store = OptionsFailures.Subject(name);
        if (string.IsNullOrEmpty(options.MountRoot) || options.MountRoot[0] != '/')
        {
            failures.AddError($"{store}KernelMountOptions.MountRoot is '{options.MountRoot}'; it must be an absolute path, for example /mnt.");
        }

        if (string.IsNullOrEmpty(options.NamePrefix) || options.NamePrefix[0] == '.' || options.NamePrefix.AsSpan().ContainsAny("/\0"))
        {
            failures.AddError($"{store}KernelMountOptions.NamePrefix is '{options.NamePrefix}'; it must be the start of a directory name, for example efs-.");
        }

        if (!Enum.IsDefined(options.Type))
        {
            failures.AddError($"{store}KernelMountOptions.Type is {options.Type}; it must be Nfs4 or Efs.");
        }

        if (options.Type != KernelMountType.Efs && (options.Tls || options.Iam || options.AccessPointId is not null))
        {
            failures.AddError($"{store}KernelMountOptions.Type is {options.Type}, which has no TLS, IAM or access points; set it to Efs and install amazon-efs-utils, or clear Tls, Iam and AccessPointId.");
        }

        if (!options.Tls && (options.Iam || options.AccessPointId is not null))
        {
            failures.AddError($"{store}KernelMountOptions.Tls is false; Iam and AccessPointId need it to be true.");
        }

        if (options.AccessPointId is { } accessPoint && (!accessPoint.StartsWith("fsap-", StringComparison.Ordinal) || accessPoint.AsSpan().ContainsAny(", \t\n")))
        {
            failures.AddError($"{store}KernelMountOptions.AccessPointId is '{accessPoint}'; it must be the id of an access point, fsap-….");
        }

        if (options.ExtraOptions is { } extra && (extra.AsSpan().ContainsAny(" \t\n\0") || extra.Split(',').Contains("", StringComparer.Ordinal)))
        {
            failures.AddError($"{store}KernelMountOptions.ExtraOptions is '{extra}'; it must be mount options separated by single commas, without blanks, for example noatime,port=2049.");
        }

        return failures.Build();
    }
}
