namespace EfsSharding.TestSupport.Scripted;

/// <summary>nfs_ftype4.</summary>
internal enum InodeType : uint
{
    File = 1,
    Directory = 2,
    Symlink = 5,
    Socket = 6,
    Pipe = 7,
}
