namespace EfsSharding.Discovery;

/// <summary>When the map is read again, and how long one reading may take.</summary>
/// <param name="RefreshInterval">The age from which the map in use is read again, on access.</param>
/// <param name="ReadTimeout">The longest time that one reading may take.</param>
internal readonly record struct ShardMapTimes(TimeSpan RefreshInterval, TimeSpan ReadTimeout);
