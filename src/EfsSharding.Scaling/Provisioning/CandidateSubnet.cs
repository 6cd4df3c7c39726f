namespace EfsSharding.Scaling.Provisioning;

/// <param name="SubnetId"><c>subnet-…</c>.</param>
/// <param name="Zone">The Availability Zone's name.</param>
/// <param name="ZoneId">The Availability Zone's id, if EC2 tells it.</param>
/// <param name="FreeAddresses">How many IPv4 addresses are free.</param>
internal sealed record CandidateSubnet(string SubnetId, string Zone, string? ZoneId, int FreeAddresses);
