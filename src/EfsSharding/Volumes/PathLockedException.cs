namespace EfsSharding.Volumes;

/// <summary>Another client holds the path's lock now. Nothing was changed. Never leaves the volume, which tries again.</summary>
internal sealed class PathLockedException(string path) : IOException($"Another client holds the lock of '{path}'.");
