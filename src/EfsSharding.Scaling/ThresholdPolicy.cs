namespace EfsSharding.Scaling;

/// <summary>How the threshold of files is applied.</summary>
public enum ThresholdPolicy
{
    /// <summary>The threshold is a number of files for each mount target: with two of them, a third is added above twice as many files.</summary>
    PerMountTarget,

    /// <summary>The threshold is a number of files, however many mount targets there are: above it, one is added at each run.</summary>
    Fixed,
}
