using System.Net;
using System.Net.Sockets;

namespace EfsSharding.Access;

/// <summary>Says what to do about a target that cannot be mounted.</summary>
internal static class MountAdvice
{
    private static readonly (string Message, string Advice, bool ForbidsMounting)[] Known =
    [
        ("unknown filesystem type 'efs'", "Install amazon-efs-utils, or set KernelMountOptions.Type to Nfs4.", false),
        ("mount.efs", "Install amazon-efs-utils, or set KernelMountOptions.Type to Nfs4.", false),
        ("unknown filesystem type", "Install nfs-common (Debian, Ubuntu) or nfs-utils (Amazon Linux), which have mount.nfs4.", false),
        ("helper program", "Install nfs-common (Debian, Ubuntu) or nfs-utils (Amazon Linux), which have mount.nfs4.", false),
        ("No such device", "The kernel of this host has no NFS client; load the module nfsv4 on the host.", true),
        ("Protocol not supported", "The server does not speak NFSv4.1, or the kernel of this host has no NFSv4.1 client.", false),
        ("Operation not permitted", Privilege, true),
        ("must be superuser", Privilege, true),
        ("only root", Privilege, true),
        ("permission denied", Denied, true),
        ("access denied", Denied, true),
        ("Connection refused", "Nothing listens there on NFS's port; check that the address is the mount target's and that its state is available.", false),
        ("timed out", "Check that its security group lets this host in on TCP port 2049.", false),
        ("No such file or directory", "The file system has no such path; check the access point's root directory and the extra options.", false),
    ];

    private const string Privilege = "Mounting takes CAP_SYS_ADMIN, which Fargate and Lambda never give; use a volume that the platform mounted or direct NFS there.";

    private const string Denied = "The file system's policy may ask for TLS or IAM (KernelMountOptions.Type Efs, Tls, Iam), or the mount call is denied by seccomp or AppArmor.";

    public static string For(CommandResult result)
    {
        var error = result.Error.Length > 0 ? result.Error : "it wrote no message";
        return result.ExitCode == CommandResult.NotFound
            ? $"mount cannot be run: {error}. Install util-linux or the package mount."
            : $"mount ended with status {result.ExitCode}: {error.TrimEnd('.')}.{AdviceOn(result.Error)}";
    }

    public static string For(SocketError error, IPEndPoint endPoint, TimeSpan timeout) => error switch
    {
        SocketError.TimedOut => $"{endPoint} did not answer within {timeout.TotalSeconds:0.###} s. Check that its security group lets this host in on TCP port {endPoint.Port}, and that the mount target still exists.",
        SocketError.ConnectionRefused => $"{endPoint} refused the connection. Check that the address is the mount target's and that its state is available.",
        _ => $"{endPoint} cannot be reached ({error}). Check the routes of this host's subnet and that the mount target is in the same VPC or in one that is peered with it.",
    };

    /// <summary>
    /// Whether the failure says that mounting is not for this process, whatever its capabilities say, rather than that something is amiss
    /// with the target.
    /// </summary>
    public static bool ForbidsMounting(CommandResult result) =>
        Array.Exists(Known, k => k.ForbidsMounting && result.Error.Contains(k.Message, StringComparison.OrdinalIgnoreCase));

    private static string AdviceOn(string error) =>
        Array.Find(Known, k => error.Contains(k.Message, StringComparison.OrdinalIgnoreCase)).Advice is { } advice ? $" {advice}" : "";
}
