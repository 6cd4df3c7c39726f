using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace EfsSharding.Nfs.Rpc;

/// <summary>
/// Sends without waiting through a socket that waits when it receives. A socket that never waits costs two system calls for each
/// receive, one of which only waits.
/// </summary>
internal static unsafe partial class SocketCalls
{
    private const int MSG_DONTWAIT = 0x40;
    private const int MSG_NOSIGNAL = 0x4000;
    private const int EINTR = 4;
    private const int EAGAIN = 11;

    /// <summary>Whether the numbers above are those of this system.</summary>
    public static bool AreKnownHere => OperatingSystem.IsLinux();

    /// <returns>How many bytes were sent; −1 when they have to wait.</returns>
    /// <exception cref="IOException">The connection was lost.</exception>
    public static int SendNow(Socket socket, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* first = bytes)
        {
            while (true)
            {
                var count = Send(socket.SafeHandle, first, (nuint)bytes.Length, MSG_DONTWAIT | MSG_NOSIGNAL);
                if (count >= 0)
                {
                    return (int)count;
                }

                switch (Marshal.GetLastPInvokeError())
                {
                    case EAGAIN:
                        return -1;
                    case EINTR:
                        break;
                    case var error:
                        throw new IOException($"The connection was lost: {Marshal.GetPInvokeErrorMessage(error)}");
                }
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint Send(SafeSocketHandle socket, byte* bytes, nuint length, int flags);
}
