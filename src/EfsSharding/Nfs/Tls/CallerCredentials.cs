namespace EfsSharding.Nfs.Tls;

/// <summary>An IAM identity to sign with.</summary>
/// <param name="AccessKeyId">The public part of the key.</param>
/// <param name="SecretAccessKey">The secret part; it never leaves the process.</param>
/// <param name="SessionToken">Null for the key of a user.</param>
internal sealed record CallerCredentials(string AccessKeyId, string SecretAccessKey, string? SessionToken)
{
    public override string ToString() => AccessKeyId;
}
