using EfsSharding.TestSupport.Scripted;

namespace EfsSharding.Tests.Nfs.Faults;

/// <summary>Each fault, once, at each step of each operation: what passes is survived, what does not pass is reported, and no effect is lost or doubled.</summary>
public sealed class FaultSweepTests
{
    /// <summary>Faults that pass: the operation must succeed in spite of them.</summary>
    private static readonly Dictionary<string, Func<Step, Fault?>> Passing = new()
    {
        ["cut before the effect"] = _ => new Fault.CutBefore(),
        ["cut after the effect"] = _ => new Fault.CutAfter(),
        ["server restarts"] = _ => new Fault.Restart(),
        ["reply comes twice"] = _ => new Fault.Repeat(),
        ["DELAY"] = Answer(Nfs4Stat.Delay),
        ["GRACE"] = Answer(Nfs4Stat.Grace, Nfs4Op.Open, Nfs4Op.Read, Nfs4Op.Write, Nfs4Op.Remove, Nfs4Op.Rename, Nfs4Op.Link),
        ["BADSESSION"] = Answer(Nfs4Stat.BadSession, Nfs4Op.Sequence),
        ["DEADSESSION"] = Answer(Nfs4Stat.DeadSession, Nfs4Op.Sequence),
        ["SEQ_MISORDERED"] = Answer(Nfs4Stat.SeqMisordered, Nfs4Op.Sequence),
        ["SEQ_FALSE_RETRY"] = Answer(Nfs4Stat.SeqFalseRetry, Nfs4Op.Sequence),
        ["CONN_NOT_BOUND_TO_SESSION"] = Answer(Nfs4Stat.ConnNotBoundToSession, Nfs4Op.Sequence),
        ["BADSLOT"] = Answer(Nfs4Stat.BadSlot, Nfs4Op.Sequence),
        ["STALE"] = Answer(Nfs4Stat.Stale, Nfs4Op.PutFh),
        ["FHEXPIRED"] = Answer(Nfs4Stat.FhExpired, Nfs4Op.PutFh),
        ["reply in one piece less"] = step => step.Op is Nfs4Op.Read or Nfs4Op.Write ? new Fault.Shorten(4) : null,
    };

    /// <summary>Faults that stay, or that no client can mend: success or a report are both right, within the deadline.</summary>
    private static readonly Dictionary<string, Func<Step, Fault?>> Reported = new()
    {
        ["garbage for a record"] = _ => new Fault.Raw([0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3]),
        ["an empty record"] = _ => new Fault.Raw([0x80, 0, 0, 0]),
        ["another transaction's reply"] = _ => new Fault.Mangle(reply => [.. reply[..3], (byte)~reply[3], .. reply[4..]]),
        ["a reply cut short"] = _ => new Fault.Mangle(reply => reply[..(reply.Length * 2 / 3)]),
        ["a reply with more behind"] = _ => new Fault.Mangle(reply => [.. reply, 0, 0, 0, 1]),
        ["RPC refused"] = _ => new Fault.Mangle(reply => [.. reply[..8], 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1]),
        ["RPC garbage arguments"] = _ => new Fault.Mangle(reply => [.. reply[..20], 0, 0, 0, 4]),
        ["IO"] = Answer(Nfs4Stat.Io),
        ["SERVERFAULT"] = Answer(Nfs4Stat.ServerFault),
        ["NOSPC"] = Answer(Nfs4Stat.NoSpc, Nfs4Op.Open, Nfs4Op.Write, Nfs4Op.Create, Nfs4Op.Link, Nfs4Op.Rename),
        ["DQUOT"] = Answer(Nfs4Stat.DQuot, Nfs4Op.Open, Nfs4Op.Write, Nfs4Op.Create, Nfs4Op.Link, Nfs4Op.Rename),
        ["ACCESS"] = Answer(Nfs4Stat.Access),
        ["PERM"] = Answer(Nfs4Stat.Perm),
        ["ROFS"] = Answer(Nfs4Stat.RoFs),
        ["MOVED"] = Answer(Nfs4Stat.Moved),
        ["BADXDR"] = Answer(Nfs4Stat.BadXdr),
        ["INVAL"] = Answer(Nfs4Stat.Inval),
        ["NOTSUPP"] = Answer(Nfs4Stat.NotSupp),
        ["OP_ILLEGAL"] = Answer(Nfs4Stat.OpIllegal),
        ["TOO_MANY_OPS"] = Answer(Nfs4Stat.TooManyOps, Nfs4Op.Sequence),
        ["REQ_TOO_BIG"] = Answer(Nfs4Stat.ReqTooBig, Nfs4Op.Sequence),
        ["REP_TOO_BIG"] = Answer(Nfs4Stat.RepTooBig),
        ["REP_TOO_BIG_TO_CACHE"] = Answer(Nfs4Stat.RepTooBigToCache),
        ["RETRY_UNCACHED_REP"] = Answer(Nfs4Stat.RetryUncachedRep),
        ["EXPIRED"] = Answer(Nfs4Stat.Expired, Nfs4Op.Read, Nfs4Op.Write, Nfs4Op.Close, Nfs4Op.Open),
        ["BAD_STATEID"] = Answer(Nfs4Stat.BadStateid, Nfs4Op.Read, Nfs4Op.Write, Nfs4Op.Close),
        ["OLD_STATEID"] = Answer(Nfs4Stat.OldStateid, Nfs4Op.Read, Nfs4Op.Write, Nfs4Op.Close),
        ["STALE_STATEID"] = Answer(Nfs4Stat.StaleStateid, Nfs4Op.Read, Nfs4Op.Write, Nfs4Op.Close),
        ["ADMIN_REVOKED"] = Answer(Nfs4Stat.AdminRevoked, Nfs4Op.Read, Nfs4Op.Write, Nfs4Op.Close),
        ["BAD_COOKIE"] = Answer(Nfs4Stat.BadCookie, Nfs4Op.ReadDir),
        ["NOT_SAME"] = Answer(Nfs4Stat.NotSame, Nfs4Op.ReadDir),
        ["TOOSMALL"] = Answer(Nfs4Stat.TooSmall, Nfs4Op.ReadDir),
        ["an unknown status"] = _ => new Fault.Answer((Nfs4Stat)54321),
        ["an error after the effect"] = _ => new Fault.AnswerAfter(Nfs4Stat.Io),
        ["DELAY after the effect"] = step => step.Op is Nfs4Op.Read or Nfs4Op.GetAttr or Nfs4Op.Lookup ? new Fault.AnswerAfter(Nfs4Stat.Delay) : null,
    };

    private static IEnumerable<TestCaseData> Cases(Dictionary<string, Func<Step, Fault?>> faults) =>
        from scenario in Scenario.All
        from fault in faults
        select new TestCaseData(scenario, fault.Value).SetArgDisplayNames(scenario.Name, fault.Key);

    private static IEnumerable<TestCaseData> PassingCases() => Cases(Passing);

    private static IEnumerable<TestCaseData> ReportedCases() => Cases(Reported);

    [TestCaseSource(nameof(PassingCases))]
    public Task A_fault_that_passes_is_survived(object scenario, object fault) => SweepAsync((Scenario)scenario, (Func<Step, Fault?>)fault, mustSucceed: true);

    [TestCaseSource(nameof(ReportedCases))]
    public Task A_fault_that_stays_is_reported(object scenario, object fault) => SweepAsync((Scenario)scenario, (Func<Step, Fault?>)fault, mustSucceed: false);

    private static async Task SweepAsync(Scenario scenario, Func<Step, Fault?> fault, bool mustSucceed)
    {
        for (var (at, steps) = (0, 1); at < steps; at++)
        {
            var injected = "nothing";
            var position = at;
            var (failure, taken) = await scenario.RunAsync((step, number) =>
            {
                if (number != position)
                {
                    return null;
                }

                injected = $"{step.Op} in {string.Join(' ', step.Requests.Select(request => request.Op))}";
                return fault(step);
            });
            Assert.That(mustSucceed ? failure : null, Is.Null, $"step {at}: {injected}");
            steps = Math.Max(steps, Math.Min(taken, 60));
        }
    }

    private static Func<Step, Fault?> Answer(Nfs4Stat status, params Nfs4Op[] operations) =>
        step => operations.Length == 0 || operations.Contains(step.Op) ? new Fault.Answer(status) : null;
}
