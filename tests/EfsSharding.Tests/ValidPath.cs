namespace EfsSharding.Tests;

public sealed record ValidPath(string Value);
