using System.Net;
using System.Text.RegularExpressions;

namespace Worker.Probe;

/// <summary>Takes apart what a user calls a server, and says when that does not tell what the server has to prove.</summary>
internal static partial class ProbeName
{
    public static void Complete(ProbeCommandLine line)
    {
        if (FileSystem().IsMatch(line.Target))
        {
            line.TakeFileSystem(line.Target);
        }
        else if (HostOfEfs().Match(line.Target) is { Success: true } host)
        {
            line.TakeFileSystem(host.Groups["fs"].Value);
            line.Tls.Region ??= host.Groups["region"].Value;
            line.Tls.DnsSuffix ??= host.Groups["suffix"].Value;
        }
        else if (line.Tls.Enabled && line.FileSystemId is null && line.Tls.ServerName is null)
        {
            throw new FormatException(
                $"'{line.Target}' does not say which name the server has to prove by TLS. Add --file-system fs-… for a mount target of EFS, --server-name for another server, or --no-tls.");
        }
    }

    /// <summary>Whether it is a file system that DNS is asked for.</summary>
    public static bool IsFileSystem(string target) => FileSystem().IsMatch(target);

    public static bool IsAddress(string target) => IPAddress.TryParse(target, out _);

    [GeneratedRegex("^fs-[0-9a-f]{8,40}$", RegexOptions.NonBacktracking)]
    private static partial Regex FileSystem();

    // <file system>.efs.<region>.<suffix>, or the same behind the name of an Availability Zone.
    [GeneratedRegex(@"^(?:[a-z0-9-]+\.)?(?<fs>fs-[0-9a-f]{8,40})\.efs\.(?<region>[a-z0-9-]+)\.(?<suffix>[a-z0-9.-]+)$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex HostOfEfs();
}
