using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace EfsSharding.TestSupport.Scripted;

/// <summary>One TCP connection: records in (RFC 5531 §11), calls carried out concurrently, replies out.</summary>
internal sealed class PeerConnection(ScriptedServer server, Socket socket, IPAddress address) : IDisposable
{
    private const int LongestRecord = 1 << 25;

    private readonly NetworkStream _stream = new(socket, ownsSocket: true);
    private readonly SemaphoreSlim _sending = new(1);

    public void Cut()
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            return;
        }

        socket.Dispose();
    }

    public void Dispose()
    {
        _stream.Dispose();
        _sending.Dispose();
    }

    public async Task ServeAsync()
    {
        socket.NoDelay = true;
        try
        {
            while (await ReadRecordAsync() is { } record)
            {
                _ = Task.Run(() => AnswerAsync(record));
            }
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException)
        {
        }
        finally
        {
            await _stream.DisposeAsync();
        }
    }

    private async Task AnswerAsync(byte[] record)
    {
        try
        {
            var call = PeerCall.Read(record);
            var faults = call.Requests is null ? [] : server.FaultsFor(call.Requests, address);
            if (faults.Any(fault => fault is Fault.CutBefore))
            {
                Cut();
                return;
            }

            foreach (var stall in faults.OfType<Fault.Stall>())
            {
                await stall.Until;
            }

            await SendAsync(call.Answer(server.State, index => faults[index]), faults);
        }
        catch (PeerFormatException complaint)
        {
            server.Complaints.Enqueue(complaint.Message);
            Cut();
        }
        catch (PeerRestartException)
        {
            server.Restart();
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException)
        {
            Cut();
        }
        catch (Exception mistake)
        {
            server.Complaints.Enqueue($"the scripted server failed: {mistake}");
            Cut();
        }
    }

    private async Task SendAsync(byte[] reply, Fault?[] faults)
    {
        foreach (var fault in faults)
        {
            switch (fault)
            {
                case Fault.CutAfter:
                    Cut();
                    return;
                case Fault.Swallow:
                    return;
                case Fault.Hold hold:
                    await hold.Until;
                    break;
                case Fault.Mangle mangle:
                    reply = mangle.Change(reply);
                    break;
                case Fault.Repeat:
                    await SendRecordAsync(reply);
                    break;
                case Fault.Raw raw:
                    await SendBytesAsync(raw.Bytes);
                    return;
            }
        }

        await SendRecordAsync(reply);
    }

    private Task SendRecordAsync(byte[] reply)
    {
        var fragment = server.State.Settings.FragmentSize;
        var record = new MemoryStream();
        for (var start = 0; start == 0 || start < reply.Length; start += fragment)
        {
            var length = Math.Min(fragment, reply.Length - start);
            var mark = new byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(mark, (uint)length | (start + length == reply.Length ? 0x8000_0000 : 0));
            record.Write(mark);
            record.Write(reply, start, length);
            if (length == reply.Length - start)
            {
                break;
            }
        }

        return SendBytesAsync(record.ToArray());
    }

    private async Task SendBytesAsync(byte[] bytes)
    {
        await _sending.WaitAsync();
        try
        {
            var segment = server.State.Settings.SegmentSize;
            for (var start = 0; start < bytes.Length; start += Math.Min(segment, bytes.Length))
            {
                await _stream.WriteAsync(bytes.AsMemory(start, Math.Min(segment, bytes.Length - start)));
            }
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task<byte[]?> ReadRecordAsync()
    {
        var record = new MemoryStream();
        var mark = new byte[4];
        while (true)
        {
            if (await _stream.ReadAtLeastAsync(mark, 4, throwOnEndOfStream: false) < 4)
            {
                return null;
            }

            var header = BinaryPrimitives.ReadUInt32BigEndian(mark);
            var length = (int)(header & 0x7FFF_FFFF);
            if (record.Length + length > LongestRecord)
            {
                server.Complaints.Enqueue($"a record of more than {LongestRecord} bytes");
                return null;
            }

            var fragment = new byte[length];
            await _stream.ReadExactlyAsync(fragment);
            record.Write(fragment);
            if ((header & 0x8000_0000) != 0)
            {
                return record.ToArray();
            }
        }
    }
}
