using System.Runtime.InteropServices;

namespace EfsSharding.Nfs.Rpc;

/// <summary>The identity of the process.</summary>
internal static partial class ProcessCredential
{
    private const uint Nobody = 65534;

    public static AuthSysCredential Get(uint? userId, uint? groupId, IReadOnlyList<uint>? groups) => OperatingSystem.IsWindows()
        ? new AuthSysCredential(userId ?? Nobody, groupId ?? Nobody, groups ?? [])
        : new AuthSysCredential(userId ?? GetEffectiveUser(), groupId ?? GetEffectiveGroup(), groups ?? Groups());

    private static uint[] Groups()
    {
        var count = GetGroups(0, null);
        var groups = new uint[Math.Max(count, 0)];
        count = count > 0 ? GetGroups(groups.Length, groups) : 0;
        return groups[..Math.Clamp(count, 0, AuthSysCredential.MaxGroups)];
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUser();

    [LibraryImport("libc", EntryPoint = "getegid")]
    private static partial uint GetEffectiveGroup();

    [LibraryImport("libc", EntryPoint = "getgroups")]
    private static partial int GetGroups(int size, [Out] uint[]? list);
}
