using EfsSharding;
using Samples;

namespace Worker.Settings;

/// <summary>The store as the environment describes it.</summary>
internal static class StoreAccess
{
    /// <exception cref="SettingsException">A variable is wrong; names them all.</exception>
    public static void AddStore(this IServiceCollection services, Variables variables)
    {
        var settings = new StoreSettings(variables);
        var store = services.AddEfsSharding(settings.Apply);
        switch (settings.Access)
        {
            case "auto":
                store.AddDirectNfs(settings.Apply, settings.Apply).UseAutomaticAccess(settings.Apply, settings.Apply);
                break;
            case "kernel":
                store.UseKernelMounts(settings.Apply);
                break;
            case "premounted":
                store.UsePremountedVolumes(settings.Apply);
                break;
            case "direct":
                store.UseDirectNfs(settings.Apply, settings.Apply);
                break;
            case "local":
                store.UseLocalDirectories(settings.LocalRoot);
                break;
            default:
                variables.Problems.Add($"EFS_ACCESS is '{settings.Access}'; it must be auto, kernel, premounted, direct or local, or be left out for auto");
                break;
        }

        settings.Check();
    }
}
