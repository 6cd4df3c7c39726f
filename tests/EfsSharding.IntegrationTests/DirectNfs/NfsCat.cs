using System.Diagnostics;
using System.Globalization;
using EfsSharding.TestSupport;

namespace EfsSharding.IntegrationTests.DirectNfs;

/// <summary>nfs-cat of libnfs: an independent client that reads what was written.</summary>
internal static class NfsCat
{
    private const string Program = "/usr/bin/nfs-cat";

    public static void IsNeeded() => Needs.Program(Program, "libnfs-utils");

    public static async Task<string> ReadAsync(int port, string path)
    {
        var url = string.Create(CultureInfo.InvariantCulture, $"nfs://127.0.0.1/{path}?version=4&nfsport={port}");
        using var process = Process.Start(new ProcessStartInfo(Program, [url]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var content = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero, $"nfs-cat {url}: {await error}");
        return content;
    }
}
