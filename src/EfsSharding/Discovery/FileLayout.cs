namespace EfsSharding;

/// <summary>How a store path becomes a path on the file system.</summary>
public enum FileLayout
{
    /// <summary>Unchanged.</summary>
    Plain,

    /// <summary>The bucket as three lower-case hexadecimal digits in front: <c>a3f/customers/7.json</c>. Spreads one huge directory over 4,096.</summary>
    Bucketed,
}
