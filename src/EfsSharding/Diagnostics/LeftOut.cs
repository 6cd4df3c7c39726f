namespace EfsSharding.Diagnostics;

/// <summary>Why a listing left out what is there.</summary>
internal enum LeftOut
{
    /// <summary>A directory may not be read.</summary>
    Unreadable,

    /// <summary>A path is longer than a store path may be.</summary>
    TooLong,

    /// <summary>A name is not UTF-8.</summary>
    NotUtf8,

    /// <summary>A file lies where no reader looks for it: in the directory of a bucket, or on a file system, that is not its own.</summary>
    Misplaced,
}
