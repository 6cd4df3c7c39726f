namespace EfsSharding;

/// <summary>What a write does when the file exists, and what it promises to readers and other writers.</summary>
public enum FileWriteMode
{
    /// <summary>Puts the new content in place at once: a reader sees the old file or the new one, never a mix. Creates the file when there is none.</summary>
    Replace,

    /// <summary>Creates the file with its whole content at once. Of any number of racing writers exactly one succeeds.</summary>
    CreateNew,

    /// <summary>
    /// Adds the bytes at the end, creating the file when there is none. All bytes of one append are together and none is lost, among all processes and
    /// machines that append through a store; where there are only managed directories (macOS, Windows), within the process.
    /// </summary>
    Append,
}
