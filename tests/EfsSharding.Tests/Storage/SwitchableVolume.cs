using System.Runtime.CompilerServices;
using EfsSharding.Volumes;
using FileAttributes = EfsSharding.Volumes.FileAttributes;

namespace EfsSharding.Tests.Storage;

internal sealed class SwitchableVolume(IVolume inner, string mountTargetId, SwitchableMounter mounter) : IVolume
{
    public string? RootPath => inner.RootPath;

    public Task<byte[]> ReadAllBytesAsync(string path, CancellationToken cancellationToken) =>
        RunAsync("read", () => inner.ReadAllBytesAsync(path, cancellationToken));

    public Task<Stream> OpenReadAsync(string path, CancellationToken cancellationToken) =>
        RunAsync<Stream>("open", async () => new SwitchableReadStream(await inner.OpenReadAsync(path, cancellationToken), CheckRead));

    public Task WriteAsync(string path, PendingWrite write, CancellationToken cancellationToken) =>
        RunAsync("write", async () => { await inner.WriteAsync(path, write, cancellationToken); return true; }, write);

    public Task<FileAttributes?> GetAttributesAsync(string path, CancellationToken cancellationToken) =>
        RunAsync("info", () => inner.GetAttributesAsync(path, cancellationToken));

    public Task<bool> DeleteAsync(string path, DeleteAttempt attempt, CancellationToken cancellationToken) =>
        RunAsync("delete", () => inner.DeleteAsync(path, attempt, cancellationToken));

    public Task<FenceResult> FenceAsync(string path, ChangeAttempt attempt, CancellationToken cancellationToken) =>
        RunAsync("fence", () => inner.FenceAsync(path, attempt, cancellationToken));

    public async IAsyncEnumerable<DirectoryEntry> ListAsync(string directory, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Check();
        await (mounter.Before?.Invoke(mountTargetId, "list", null) ?? Task.CompletedTask);
        await (mounter.BeforeListing?.Invoke(mountTargetId, directory, null) ?? Task.CompletedTask);
        await foreach (var entry in inner.ListAsync(directory, cancellationToken))
        {
            await (mounter.BeforeListing?.Invoke(mountTargetId, directory, entry) ?? Task.CompletedTask);
            Check();
            yield return entry;
        }
    }

    public Task ProbeAsync(CancellationToken cancellationToken) =>
        RunAsync("probe", async () => { await inner.ProbeAsync(cancellationToken); return true; });

    public async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        mounter.Disposed.Enqueue(mountTargetId);
        mounter.AfterDisposal?.Invoke(mountTargetId);
    }

    private async Task<T> RunAsync<T>(string operation, Func<Task<T>> call, PendingWrite? write = null)
    {
        Check();
        await (mounter.Before?.Invoke(mountTargetId, operation, write) ?? Task.CompletedTask);
        var result = await call();
        await (mounter.After?.Invoke(mountTargetId, operation, write) ?? Task.CompletedTask);
        return result;
    }

    private void CheckRead()
    {
        Check();
        mounter.BeforeStreamRead?.Invoke();
    }

    private void Check()
    {
        if (mounter.IsDown(mountTargetId))
        {
            throw new TargetFaultException($"{mountTargetId} is switched off.", mayTakeEffect: false);
        }
    }
}
