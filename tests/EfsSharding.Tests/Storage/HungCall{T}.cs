namespace EfsSharding.Tests.Storage;

internal sealed class HungCall<T> : HungCall
{
    public Task<T> Task { get; set; } = null!;
}
