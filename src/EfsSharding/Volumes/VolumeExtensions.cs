namespace EfsSharding.Volumes;

/// <summary>Calls on a volume by those who ask no other target afterwards.</summary>
internal static class VolumeExtensions
{
    /// <summary>Deletes a file, at once or not at all.</summary>
    /// <param name="volume">The volume.</param>
    /// <param name="path">The physical path.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static Task<bool> DeleteAsync(this IVolume volume, string path, CancellationToken cancellationToken) =>
        volume.DeleteAsync(path, new DeleteAttempt(TimeProvider.System.GetTimestamp()), cancellationToken);
}
