using EfsSharding.Volumes;

namespace EfsSharding.Nfs.Probing;

/// <summary>The end of some content, which does not come until it is let go, so that a write stops in its middle.</summary>
internal sealed class HeldContent : ReadOnlyStream
{
    private readonly TaskCompletionSource _awaited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the writer has come to this.</summary>
    public Task IsAwaited => _awaited.Task;

    protected override long FileLength => 1;

    public void End() => _ended.TrySetResult();

    protected override async ValueTask<int> ReadCoreAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        _awaited.TrySetResult();
        await _ended.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        return 0;
    }

    protected override int ReadCore(Span<byte> buffer)
    {
        _awaited.TrySetResult();
        _ended.Task.Wait();
        return 0;
    }
}
