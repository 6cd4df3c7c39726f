namespace EfsSharding.Scaling.Aws;

/// <summary>The states of file systems and mount targets (EFS API, LifeCycleState).</summary>
public static class EfsLifeCycleState
{
    /// <summary>Being made; it will become available.</summary>
    public const string Creating = "creating";

    /// <summary>In service.</summary>
    public const string Available = "available";

    /// <summary>In service while a setting changes.</summary>
    public const string Updating = "updating";

    /// <summary>Going away.</summary>
    public const string Deleting = "deleting";

    /// <summary>Gone.</summary>
    public const string Deleted = "deleted";

    /// <summary>Broken; only deleting it helps.</summary>
    public const string Error = "error";
}
