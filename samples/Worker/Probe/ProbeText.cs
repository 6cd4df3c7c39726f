using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using EfsSharding;

namespace Worker.Probe;

/// <summary>The report for a person, and for a bug report.</summary>
internal static class ProbeText
{
    public static string Of(NfsServerReport report, ProbeCommandLine line)
    {
        var text = new StringBuilder();
        var limits = report.Limits;
        Row("server", $"{report.Address}{(report.ServerName is { } name ? $", TLS as {name}{(line.Tls.UseIam ? ", IAM" : "")}" : ", plain TCP")}");
        Row("client", $"EfsSharding {Version}, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}");
        Row("owner, scope", $"{report.ServerOwner}, {report.ServerScope}");
        Row("operations", $"{limits.MaxOperations} in a compound");
        Row("slots", $"{limits.Slots}");
        Row("request, reply", $"{limits.MaxRequestBytes}, {limits.MaxResponseBytes} bytes; {limits.MaxCachedResponseBytes} kept for a retry");
        Row("read, write", $"{limits.MaxReadBytes}, {limits.MaxWriteBytes} bytes");
        Row("lease", $"{limits.Lease.TotalSeconds} s");
        Row("file handle", $"{limits.FileHandleBytes} bytes");
        Row("takes", $"anonymous stateid {Answer(report.Abilities.AnonymousStateId)}, current stateid {Answer(report.Abilities.CurrentStateId)}, VERIFY {Answer(report.Abilities.Verify)}");
        Row("keeps open files", $"{Answer(report.Abilities.KeepsOpenFiles)}, promises it {Answer(report.Abilities.PromisesOpenFiles)}");
        text.AppendLine().AppendLine(string.Create(CultureInfo.InvariantCulture, $"{"request",-12}{"bytes",9}{"round trips",13}{"median ms",12}{"min ms",10}{"max ms",10}"));
        foreach (var latency in report.Latencies)
        {
            text.AppendLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{latency.Request,-12}{latency.Bytes,9}{latency.RoundTrips,13:0.##}{latency.Median.TotalMilliseconds,12:0.000}{latency.Shortest.TotalMilliseconds,10:0.000}{latency.Longest.TotalMilliseconds,10:0.000}"));
        }

        text.AppendLine();
        foreach (var promise in report.Promises)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{(promise.IsKept ? "holds" : "BROKEN"),-8}{promise.Name}: {promise.Detail}");
        }

        text.Append(Verdict(report, line));
        return text.ToString();

        void Row(string name, string value) => text.AppendLine(CultureInfo.InvariantCulture, $"{name,-18}{value}");
    }

    private static string Version => typeof(DirectNfsProbe).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    private static string Answer(bool? takes) => takes switch { true => "yes", false => "no", null => "not tried" };

    private static string Verdict(NfsServerReport report, ProbeCommandLine line) =>
        !line.MayWrite ? "Nothing was written; no promise was put to the test."
        : report.WriteRefusal is { } refusal ? $"Nothing may be written here: {refusal} No promise was put to the test; --root and --user say where and as whom, --no-write only looks."
        : report.KeepsEveryPromise ? "Every promise holds."
        : $"{report.Promises.Count(static p => !p.IsKept)} of {report.Promises.Count} promises do not hold.";
}
