namespace EfsSharding.Tests.Routing;

public sealed record BucketNumber(int Value);
