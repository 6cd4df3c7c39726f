namespace EfsSharding.Nfs.Operations;

/// <summary>What an OPEN does when the file exists, or does not.</summary>
internal enum OpenMode
{
    /// <summary>OPEN4_NOCREATE for reading.</summary>
    ReadExisting,

    /// <summary>OPEN4_NOCREATE for writing.</summary>
    WriteExisting,

    /// <summary>UNCHECKED4: opens what is there, or creates it.</summary>
    OpenOrCreate,

    /// <summary>GUARDED4: creates the file, or answers EXIST.</summary>
    CreateGuarded,
}
