using EfsSharding.Nfs.Rpc;
using Microsoft.Extensions.Options;

namespace EfsSharding.Nfs;

/// <summary>Says which option is wrong, its value, and what would be right.</summary>
internal sealed class DirectNfsOptionsValidator : IValidateOptions<DirectNfsOptions>
{
    private const int MinTransfer = 4096;
    private const int MaxTransfer = 16 << 20;

    public ValidateOptionsResult Validate(string? name, DirectNfsOptions options)
    {
        var problems = new List<string>();
        Check(nameof(options.Port), options.Port, 1, 65535, "a TCP port, 2049 for EFS");
        Check(nameof(options.ConnectionsPerTarget), options.ConnectionsPerTarget, 1, 64, "1…64");
        Check(nameof(options.SlotsPerConnection), options.SlotsPerConnection, 1, 1024, "1…1024");
        Check(nameof(options.MaxReadSize), options.MaxReadSize, MinTransfer, MaxTransfer, "4 KiB…16 MiB");
        Check(nameof(options.MaxWriteSize), options.MaxWriteSize, MinTransfer, MaxTransfer, "4 KiB…16 MiB");
        Check(nameof(options.ReadAhead), options.ReadAhead, 1, 256, "1…256");
        Check(nameof(options.WriteBehind), options.WriteBehind, 1, 256, "1…256");
        Check(nameof(options.MaxUncommittedBytes), options.MaxUncommittedBytes, options.MaxWriteSize, int.MaxValue, "at least MaxWriteSize");
        if (!options.RootPath.StartsWith('/') || options.RootPath.Split('/').Any(s => s is "." or ".."))
        {
            problems.Add($"DirectNfsOptions.RootPath is '{options.RootPath}'; it must be absolute, without '.' and '..', for example '/data'.");
        }

        if (options.Groups is { Count: > AuthSysCredential.MaxGroups })
        {
            problems.Add($"DirectNfsOptions.Groups has {options.Groups.Count} groups; AUTH_SYS carries {AuthSysCredential.MaxGroups}. Leave out those that no directory needs.");
        }

        if (options.ReconnectTimeout <= TimeSpan.Zero || options.DirectoryHandleLifetime < TimeSpan.Zero)
        {
            problems.Add(
                $"DirectNfsOptions.ReconnectTimeout is {options.ReconnectTimeout} and DirectoryHandleLifetime {options.DirectoryHandleLifetime}; "
                + "the first must be more than zero, the second zero or more.");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);

        void Check(string option, int value, int min, int max, string right)
        {
            if (value < min || value > max)
            {
                problems.Add($"DirectNfsOptions.{option} is {value}; it must be {right}.");
            }
        }
    }
}
