using System.Diagnostics;
using System.Globalization;
using System.Net;
using EfsSharding.TestSupport;

namespace EfsSharding.IntegrationTests.RealMounts;

/// <summary>The NFS server beside the tests, in the guest kernel that tests/kernel-nfs starts.</summary>
internal sealed class GuestServer
{
    private const string HowToGetIt =
        "run the built tests in the guest kernel: tests/kernel-nfs -- dotnet vstest <EfsSharding.IntegrationTests.dll> --TestCaseFilter:TestCategory=RealMounts";

    public IReadOnlyList<string> Addresses { get; } = Needs.Variable("NFS_TARGETS", HowToGetIt).Split(',');

    /// <summary>The server's own directory, which every target shows.</summary>
    public string Export { get; } = Needs.Variable("NFS_EXPORT", HowToGetIt);

    /// <summary>What the guest kernel's own server exports.</summary>
    public string KnfsdExport { get; } = Needs.Variable("NFS_KNFSD_EXPORT", HowToGetIt);

    public int KnfsdPort { get; } = int.Parse(Needs.Variable("NFS_KNFSD_PORT", HowToGetIt), CultureInfo.InvariantCulture);

    private string ControlProgram { get; } = Needs.Variable("NFS_CONTROL", HowToGetIt);

    public MountTarget Target(int number) => new()
    {
        MountTargetId = $"fsmt-{number}",
        FileSystemId = "fs-1",
        IpAddress = Addresses[number],
    };

    public MountTarget TargetAt(string address) => Target(0) with { MountTargetId = $"fsmt-at-{address}", IpAddress = IPAddress.Parse(address).ToString() };

    public void Empty()
    {
        foreach (var file in Directory.EnumerateFileSystemEntries(Export))
        {
            Run("rm", "-rf", file);
        }
    }

    /// <summary>start, kill, freeze, thaw; cut and mend with an address; start-knfsd.</summary>
    public void Control(params string[] arguments) => Run(ControlProgram, arguments);

    public static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, $"{program} {string.Join(' ', arguments)}: {error}");
    }
}
