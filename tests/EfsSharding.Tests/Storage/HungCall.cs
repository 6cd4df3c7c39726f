namespace EfsSharding.Tests.Storage;

/// <summary>A blocking call that hangs until a test lets it go.</summary>
internal class HungCall
{
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new();

    public Task Started => _started.Task;

    public void Release() => _released.TrySetResult();

    public void Hang()
    {
        _started.SetResult();
        _released.Task.Wait();
    }
}
