namespace EfsSharding.Tests;

public sealed record PossiblePath(string Value);
