using Microsoft.Win32.SafeHandles;

namespace EfsSharding.Volumes.Directories.Linux;

/// <summary>A descriptor that stays open while a call uses it, though its handle may be disposed meanwhile.</summary>
internal readonly ref struct LinuxDescriptor
{
    private readonly SafeFileHandle _handle;

    public LinuxDescriptor(SafeFileHandle handle)
    {
        var added = false;
        try
        {
            handle.DangerousAddRef(ref added);
        }
        catch (ObjectDisposedException e)
        {
            // A call that waited in the lane while its volume was replaced by a new one: another target can still do it.
            throw new TargetFaultException("The directory was closed.", mayTakeEffect: false, e);
        }

        _handle = handle;
        Number = (int)handle.DangerousGetHandle();
    }

    public int Number { get; }

    public void Dispose() => _handle.DangerousRelease();
}
