using System.Globalization;

namespace EfsSharding.Access;

/// <summary>What this process may do (capabilities(7)).</summary>
internal static class ProcessCapabilities
{
    private const int SysAdmin = 21;

    /// <summary>Whether mount(2) is allowed, as far as capabilities decide it.</summary>
    /// <param name="status">The text of /proc/self/status.</param>
    public static bool MayMount(string status) =>
        ulong.TryParse(ProcText.Value(status, "CapEff"), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var effective)
        && (effective >> SysAdmin & 1) == 1;
}
