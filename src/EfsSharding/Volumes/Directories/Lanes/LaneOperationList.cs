namespace EfsSharding.Volumes.Directories.Lanes;

/// <summary>Operations of a lane in the order in which they came. Guarded by the lane.</summary>
internal sealed class LaneOperationList
{
    public LaneOperation? First { get; private set; }

    private LaneOperation? Last { get; set; }

    public void Add(LaneOperation operation)
    {
        operation.List = this;
        operation.Previous = Last;
        if (Last is null)
        {
            First = operation;
        }
        else
        {
            Last.Following = operation;
        }

        Last = operation;
    }

    public void Remove(LaneOperation operation)
    {
        if (operation.Previous is null)
        {
            First = operation.Following;
        }
        else
        {
            operation.Previous.Following = operation.Following;
        }

        if (operation.Following is null)
        {
            Last = operation.Previous;
        }
        else
        {
            operation.Following.Previous = operation.Previous;
        }

        operation.List = null;
        operation.Previous = operation.Following = null;
    }
}
