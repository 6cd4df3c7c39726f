using System.Globalization;
using System.Net;
using System.Net.Sockets;
using EfsSharding.Access;
using EfsSharding.Volumes;
using EfsSharding.Volumes.Directories;
using Microsoft.Win32.SafeHandles;

namespace EfsSharding.Tests.Mounting;

/// <summary>A machine whose mount and umount change a table in memory. Opening a mount point gives a descriptor on its topmost mount.</summary>
internal sealed class FakeHost : ICommandRunner, IProcFileSystem, IReachability, IDirectoryVolumeFactory
{
    private readonly Lock _gate = new();
    private readonly List<(int Id, string MountPoint, string Line)> _mounts = [];
    private int _nextId = 100;
    private int _opened;

    public List<string> Commands { get; } = [];

    public Dictionary<string, string> Files { get; } = new(StringComparer.Ordinal) { ["sys/kernel/random/boot_id"] = "boot-1\n" };

    /// <summary>Files beneath /proc that this process may not read.</summary>
    public HashSet<string> Forbidden { get; } = new(StringComparer.Ordinal);

    /// <summary>Addresses that do not answer, and how.</summary>
    public Dictionary<string, SocketError> Unreachable { get; } = new(StringComparer.Ordinal);

    /// <summary>What a command answers instead of doing anything.</summary>
    public Func<string, IReadOnlyList<string>, CancellationToken, Task<CommandResult?>> Intercept { get; set; } =
        (_, _, _) => Task.FromResult<CommandResult?>(null);

    /// <summary>The address that the table shows of a new mount, whatever was mounted: that of a connection which is shared.</summary>
    public string? ShownAddress { get; set; }

    /// <summary>Runs between a successful mount and its opening.</summary>
    public Action AfterMount { get; set; } = () => { };

    public IEnumerable<string> MountPoints
    {
        get
        {
            lock (_gate)
            {
                return [.. _mounts.Select(m => m.MountPoint)];
            }
        }
    }

    public void AddMount(string mountPoint, string type, string source, string superOptions, string root = "/")
    {
        lock (_gate)
        {
            var id = _nextId++;
            _mounts.Add((id, mountPoint, string.Create(CultureInfo.InvariantCulture, $"{id} 20 0:{id} {root} {mountPoint} rw,relatime shared:7 - {type} {source} rw,{superOptions}")));
        }
    }

    public void RemoveMount(string mountPoint)
    {
        lock (_gate)
        {
            _mounts.RemoveAt(_mounts.FindLastIndex(m => m.MountPoint == mountPoint));
        }
    }

    public async Task<CommandResult> RunAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            Commands.Add($"{program} {string.Join(' ', arguments)}");
        }

        if (await Intercept(program, arguments, cancellationToken) is { } answer)
        {
            return answer;
        }

        if (program == "umount")
        {
            RemoveMount(arguments[^1]);
        }
        else
        {
            var source = arguments[4];
            var isEfs = arguments[1] == "efs";
            AddMount(arguments[5], "nfs4", isEfs ? "127.0.0.1:/" : source, isEfs ? "port=20049,addr=127.0.0.1" : $"vers=4.1,addr={ShownAddress ?? source[..^2].Trim('[', ']')}");
            AfterMount();
        }

        return new CommandResult { ExitCode = 0 };
    }

    public string Read(string path)
    {
        lock (_gate)
        {
            return path switch
            {
                _ when Forbidden.Contains(path) => throw new UnauthorizedAccessException($"Access to the path '/proc/{path}' is denied."),
                "self/mountinfo" => "20 1 0:15 / / rw - ext4 /dev/root rw\n" + string.Concat(_mounts.Select(m => m.Line + "\n")),
                _ when path.StartsWith("self/fdinfo/", StringComparison.Ordinal) => $"pos:\t0\nflags:\t0100000\nmnt_id:\t{_opened}\nino:\t2\n",
                _ => Files.GetValueOrDefault(path, ""),
            };
        }
    }

    public Task<SocketError> ConnectAsync(IPEndPoint endPoint, TimeSpan timeout, CancellationToken cancellationToken) =>
        Task.FromResult(Unreachable.GetValueOrDefault(endPoint.Address.ToString(), SocketError.Success));

    public Task<T> LookAsync<T>(Func<T> look, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(look, cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public Task<IVolume> OpenAsync(string name, string rootPath, Action<SafeFileHandle>? verifyRoot, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _opened = _mounts.LastOrDefault(m => rootPath == m.MountPoint || rootPath.StartsWith(m.MountPoint + "/", StringComparison.Ordinal)) is { Id: > 0 } mount ? mount.Id : 20;
            using var handle = new SafeFileHandle(3, ownsHandle: false);
            verifyRoot?.Invoke(handle);
        }

        var volume = NSubstitute.Substitute.For<IVolume>();
        NSubstitute.SubstituteExtensions.Returns(volume.RootPath, rootPath);
        return Task.FromResult(volume);
    }
}
