namespace EfsSharding;

/// <summary>Settings of direct NFS, the access that needs no mount: an NFSv4.1 client within the process.</summary>
public sealed class DirectNfsOptions
{
    /// <summary>The TCP port of the mount targets.</summary>
    /// <value>2049, the port of NFS (RFC 8881 §2.9.3).</value>
    public int Port { get; set; } = 2049;

    /// <summary>The directory of the server that is the root of the file system's store, for example <c>/data</c>.</summary>
    /// <value><c>/</c>: the root that the server exports.</value>
    public string RootPath { get; set; } = "/";

    /// <summary>The numeric user stated to the server, which believes it, unless an access point replaces it.</summary>
    /// <value>Null: the effective user of the process; 65534 (nobody) on Windows.</value>
    public uint? UserId { get; set; }

    /// <summary>The numeric primary group stated to the server.</summary>
    /// <value>Null: the effective group of the process; 65534 on Windows.</value>
    public uint? GroupId { get; set; }

    /// <summary>The supplementary groups stated to the server; AUTH_SYS carries 16, more are left out (RFC 5531 appendix A).</summary>
    /// <value>Null: those of the process.</value>
    public IReadOnlyList<uint>? Groups { get; set; }

    /// <summary>Connections to each mount target, each with a session and slots of its own.</summary>
    /// <value>2. One carries all that a server with enough slots takes; the second keeps small files moving beside a large one.</value>
    public int ConnectionsPerTarget { get; set; } = 2;

    /// <summary>Requests in flight on one connection. The server may grant fewer.</summary>
    /// <value>64.</value>
    public int SlotsPerConnection { get; set; } = 64;

    /// <summary>The most that one request reads, in bytes. The server may grant less.</summary>
    /// <value>
    /// 1 MiB, the size that AWS recommends for mounts of EFS (rsize). Against nfs-ganesha (the benchmark <c>sequential</c>) half of it took
    /// 1.4 times as long.
    /// </value>
    public int MaxReadSize { get; set; } = 1 << 20;

    /// <summary>The most that one request writes, in bytes; files up to this size are written in one round trip. The server may grant less.</summary>
    /// <value>1 MiB, the size that AWS recommends for mounts of EFS (wsize).</value>
    public int MaxWriteSize { get; set; } = 1 << 20;

    /// <summary>How many reads a stream that is read in order sends ahead. Times <see cref="MaxReadSize"/> it bounds the stream's memory.</summary>
    /// <value>4, which is 4 MiB: what 500 MiB/s, the most that EFS gives one client of a mount, carry in 8 ms.</value>
    public int ReadAhead { get; set; } = 4;

    /// <summary>How many writes of a large file are under way at once.</summary>
    /// <value>8.</value>
    public int WriteBehind { get; set; } = 8;

    /// <summary>How many bytes of a large file are kept in memory, to be sent again when the server lost them, before it is asked to make them safe.</summary>
    /// <value>16 MiB. A server that makes each write safe at once, as EFS does, never lets it grow.</value>
    public int MaxUncommittedBytes { get; set; } = 16 << 20;

    /// <summary>How long an operation waits for a connection or session that was lost, before it leaves for the next-ranked mount target.</summary>
    /// <value>2 seconds. It is never longer than <see cref="EfsShardingOptions.OperationTimeout"/>.</value>
    public TimeSpan ReconnectTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long the handle of a directory is used before it is looked up again, within the request that needs it.</summary>
    /// <value>5 seconds. A directory that another client renamed is noticed then; one that was deleted, at once.</value>
    public TimeSpan DirectoryHandleLifetime { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The permissions of files that are made.</summary>
    /// <value><c>rw-r--r--</c> (0644).</value>
    public UnixFileMode FileMode { get; set; } =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>The permissions of directories that are made.</summary>
    /// <value><c>rwxr-xr-x</c> (0755).</value>
    public UnixFileMode DirectoryMode { get; set; } =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
}
