namespace EfsSharding.Nfs.Operations;

/// <summary>The attributes that this client asks for, as bits of <c>bitmap4</c> (RFC 8881 §5).</summary>
[Flags]
internal enum AttributeMask : ulong
{
    None = 0,
    Type = 1UL << 1,
    Change = 1UL << 3,
    Size = 1UL << 4,
    LeaseTime = 1UL << 10,
    ReadDirError = 1UL << 11,
    FileHandle = 1UL << 19,
    FileId = 1UL << 20,
    MaxRead = 1UL << 30,
    MaxWrite = 1UL << 31,
    Mode = 1UL << 33,
    Links = 1UL << 35,
    MetadataTime = 1UL << 52,
    ModifyTime = 1UL << 53,
    SetModifyTime = 1UL << 54,
}
