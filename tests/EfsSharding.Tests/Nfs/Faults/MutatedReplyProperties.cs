using System.Text;
using EfsSharding.TestSupport.Scripted;
using EfsSharding.Volumes;
using FsCheck;

namespace EfsSharding.Tests.Nfs.Faults;

/// <summary>Replies are hostile input: whatever is in them, an operation ends in time, in a result or an I/O error, and allocates no more than its own size asks for.</summary>
public sealed class MutatedReplyProperties
{
    private const long MostAllocated = 64 << 20;

    [FsCheck.NUnit.Property(MaxTest = 150)]
    public void Bytes_changed_anywhere_never_crash_hang_or_take_memory(NonNegativeInt reply, NonNegativeInt offset, byte value, PositiveInt length) =>
        RunAsync(reply.Get % 12, bytes =>
        {
            var changed = bytes.ToArray();
            var start = 4 + (offset.Get * 7 % Math.Max(1, changed.Length - 4));
            changed.AsSpan(start, Math.Min(1 + (length.Get % 8), changed.Length - start)).Fill(value);
            return changed;
        }).GetAwaiter().GetResult();

    [FsCheck.NUnit.Property(MaxTest = 60)]
    public void Lengths_of_every_size_are_bounded(NonNegativeInt reply, NonNegativeInt word) =>
        RunAsync(reply.Get % 12, bytes =>
        {
            var changed = bytes.ToArray();
            var start = 4 + (word.Get % Math.Max(1, (changed.Length / 4) - 2) * 4);
            changed.AsSpan(start, 4).Fill(0xFF);
            changed[start] = 0x7F;
            return changed;
        }).GetAwaiter().GetResult();

    private static async Task RunAsync(int which, Func<byte[], byte[]> mutate)
    {
        await using var server = new ScriptedServer();
        server.Tree.PutFile("a/b/file", Encoding.UTF8.GetBytes("content"));
        server.Script = step => step.Index == 0 && step.Compound == which ? new Fault.Mangle(mutate) : null;
        var before = GC.GetTotalAllocatedBytes();
        try
        {
            await using var scripted = await ScriptedVolume.OverAsync(server);
            await UseAsync(scripted).WaitAsync(ScriptedVolume.Patience * 4);
        }
        catch (Exception reported) when (reported is IOException or UnauthorizedAccessException)
        {
            // Said in the terms of files, which is all that is asked for here.
        }

        Assert.That(GC.GetTotalAllocatedBytes() - before, Is.LessThan(MostAllocated));
    }

    private static async Task UseAsync(ScriptedVolume scripted)
    {
        await scripted.WriteAsync("a/c/new", "written", FileWriteMode.Replace);
        await scripted.ReadAsync("a/b/file");
        await scripted.ListAsync("a/b");
        await scripted.WriteAsync("a/b/file", "more", FileWriteMode.Append);
        await scripted.WriteAsync("a/b/second", "once", FileWriteMode.CreateNew);
        await scripted.Volume.DeleteAsync("a/b/second", CancellationToken.None);
    }
}
