using EfsSharding.Volumes;

namespace EfsSharding.Storage.Listing;

/// <summary>
/// Which names of one directory were passed on, so that none is twice, however often its reading begins again. The first names are
/// remembered up to the listing's allowance; a directory with more of them is read again for the rest, a range of hashes each time.
/// </summary>
/// <remarks>Ranges are of hashes, as no order of reading is promised; so each name is in exactly one, and a file that is there throughout is met in each reading.</remarks>
internal sealed class ListedNames(ListedNamesAllowance allowance) : IDisposable
{
    private readonly NameHashes _first = new();
    private readonly NameHashes _inRange = new();
    private int _taken;
    private long _left;
    private bool _firstReading = true;
    private ulong _from;
    private ulong _width;

    /// <summary>Readings that it took so far.</summary>
    public int Readings { get; private set; } = 1;

    /// <returns>Whether the name is to be passed on now.</returns>
    public bool Take(string name)
    {
        var hash = NameHashes.Of(name);
        if (!_firstReading)
        {
            return hash - _from < _width && !_first.Contains(hash) && _inRange.Add(hash);
        }

        if (_first.Count == _taken)
        {
            _taken += allowance.Take(_taken);
        }

        if (_first.Count < _taken)
        {
            return _first.Add(hash);
        }

        _left += _first.Contains(hash) ? 0 : 1;
        return false;
    }

    /// <summary>Called when the directory was read to its end.</summary>
    /// <returns>Whether it has to be read again.</returns>
    public bool NeedsAnotherReading()
    {
        if (_firstReading)
        {
            if (_left == 0)
            {
                return false;
            }

            _firstReading = false;
            var ranges = 1 + ((ulong)_left / (ulong)allowance.NamesInRange);
            _width = ranges == 1 ? ulong.MaxValue : (ulong.MaxValue / ranges) + 1;
        }
        else
        {
            _inRange.Clear();
            if (ulong.MaxValue - _from <= _width)
            {
                return false;
            }

            _from += _width;
        }

        Readings++;
        return true;
    }

    public void Dispose()
    {
        allowance.Return(_taken);
        _taken = 0;
    }
}
