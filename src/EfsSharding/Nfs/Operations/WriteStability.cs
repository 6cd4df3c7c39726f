namespace EfsSharding.Nfs.Operations;

/// <summary><c>stable_how4</c>.</summary>
internal enum WriteStability : uint
{
    Unstable = 0,
    DataSync = 1,
    FileSync = 2,
}
