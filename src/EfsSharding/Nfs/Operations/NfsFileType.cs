namespace EfsSharding.Nfs.Operations;

/// <summary><c>nfs_ftype4</c>, as far as it matters here.</summary>
internal enum NfsFileType : uint
{
    None = 0,
    Regular = 1,
    Directory = 2,
    BlockDevice = 3,
    CharacterDevice = 4,
    Symlink = 5,
}
