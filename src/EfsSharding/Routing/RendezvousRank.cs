namespace EfsSharding.Routing;

/// <summary>
/// Weighted rendezvous hashing: the order of candidates for a bucket. It depends on ids and weights alone, so that a candidate
/// that comes or goes changes no order between the others. A wire format (docs/routing.md).
/// </summary>
internal sealed class RendezvousRank
{
    private readonly Candidate[] _candidates;
    private readonly (ulong Score, Candidate Candidate)[] _scored;

    public RendezvousRank(IEnumerable<Candidate> candidates)
    {
        _candidates = [.. candidates];
        _scored = new (ulong, Candidate)[_candidates.Length];
    }

    /// <summary>The candidates' indexes, first choice first. Not thread-safe: a rank keeps its scratch space.</summary>
    public int[] Of(int bucket)
    {
        for (var i = 0; i < _candidates.Length; i++)
        {
            _scored[i] = (_candidates[i].Score(bucket), _candidates[i]);
        }

        Array.Sort(_scored, Compare);
        return Array.ConvertAll(_scored, static s => s.Candidate.Index);
    }

    private static int Compare((ulong Score, Candidate Candidate) a, (ulong Score, Candidate Candidate) b)
    {
        var drained = (a.Candidate.Weight == 0).CompareTo(b.Candidate.Weight == 0);
        var score = drained != 0 ? drained : b.Score.CompareTo(a.Score);
        return score != 0 ? score : string.CompareOrdinal(a.Candidate.Id, b.Candidate.Id);
    }
}
