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

    /// <summary>ioctl(2): what the other side has not acknowledged (tcp(7), SIOCOUTQ).</summary>
    private const uint SIOCOUTQ = 0x5411;
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

    /// <returns>Bytes that the socket has taken and that have not reached the other side; 0 when it does not tell.</returns>
    public static int Undelivered(Socket socket)
    {
        var undelivered = 0;
        try
        {
            return Control(socket.SafeHandle, SIOCOUTQ, &undelivered) == 0 ? undelivered : 0;
        }
        catch (ObjectDisposedException)
        {
            return 0;
        }
    }

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int Control(SafeSocketHandle socket, nuint request, int* value);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint Send(SafeSocketHandle socket, byte* bytes, nuint length, int flags);
}
