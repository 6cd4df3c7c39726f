namespace EfsSharding.TestSupport.Scripted;

/// <summary>openflag4 and createhow4 (RFC 8881 §18.16) in one.</summary>
internal enum OpenHow
{
    NoCreate,
    Unchecked,
    Guarded,
    Exclusive,
}
