namespace Worker.Logs;

/// <summary>Whether the service has started.</summary>
internal sealed class StartedFlag
{
    public bool IsSet { get; private set; }

    public void Set() => IsSet = true;
}
