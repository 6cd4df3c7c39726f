using EfsSharding.Nfs.Rpc;
using EfsSharding.Validation;
using Microsoft.Extensions.Options;

namespace EfsSharding.Nfs;

/// <summary>Says which option is wrong, its value, and what would be right.</summary>
internal sealed class DirectNfsOptionsValidator : IValidateOptions<DirectNfsOptions>
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);
    private const int MaxUncommitted = 1 << 30;
    private const int MinTransfer = 4096;
    private const int MaxTransfer = 16 << 20;

    public ValidateOptionsResult Validate(string? name, DirectNfsOptions options)
    {
        var failures = new OptionsFailures(name, nameof(DirectNfsOptions));
        failures.Require(nameof(options.Port), options.Port, 1, 65535, ", a TCP port, 2049 for EFS");
        failures.Require(nameof(options.ConnectionsPerTarget), options.ConnectionsPerTarget, 1, 64);
        failures.Require(nameof(options.SlotsPerConnection), options.SlotsPerConnection, 1, 1024);
        failures.Require(nameof(options.MaxReadSize), options.MaxReadSize, MinTransfer, MaxTransfer, ", 4 KiB to 16 MiB");
        failures.Require(nameof(options.MaxWriteSize), options.MaxWriteSize, MinTransfer, MaxTransfer, ", 4 KiB to 16 MiB");
        failures.Require(nameof(options.ReadAhead), options.ReadAhead, 1, 256);
        failures.Require(nameof(options.WriteBehind), options.WriteBehind, 1, 256);
        failures.Require(nameof(options.MaxUncommittedBytes), options.MaxUncommittedBytes, options.MaxWriteSize, MaxUncommitted, ", MaxWriteSize to 1 GiB");
        failures.Require(nameof(options.ReconnectTimeout), options.ReconnectTimeout, Shortest, Longest);
        failures.Require(nameof(options.DirectoryHandleLifetime), options.DirectoryHandleLifetime, TimeSpan.Zero, Longest);
        if (options.RootPath is not ['/', ..] || options.RootPath.Contains('\0', StringComparison.Ordinal) || options.RootPath.Split('/').Any(s => s is "." or ".."))
        {
            failures.Add(nameof(options.RootPath), $"is '{options.RootPath}'; it must be absolute, without '.' and '..', for example '/data'.");
        }

        if (options.Groups is { Count: > AuthSysCredential.MaxGroups })
        {
            failures.Add(nameof(options.Groups), $"has {options.Groups.Count} groups; AUTH_SYS carries {AuthSysCredential.MaxGroups}. Leave out those that no directory needs.");
        }

        RequireMode(nameof(options.FileMode), options.FileMode);
        RequireMode(nameof(options.DirectoryMode), options.DirectoryMode);
        return failures.ToResult();

        void RequireMode(string option, UnixFileMode mode)
        {
            if (((int)mode & ~0xFFF) != 0)
            {
                failures.Add(option, $"is {(int)mode}; it must be permission bits, 0 to {0xFFF} (07777).");
            }
        }
    }
}
