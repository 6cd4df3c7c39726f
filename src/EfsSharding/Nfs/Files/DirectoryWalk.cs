using EfsSharding.Nfs.Operations;
using EfsSharding.Nfs.Session;

namespace EfsSharding.Nfs.Files;

/// <summary>
/// The operations that make a directory the current filehandle: from the nearest one whose handle is known, name by name, each
/// handle kept on the way. From <c>createFrom</c> on the directories are made rather than looked up.
/// </summary>
internal readonly struct DirectoryWalk
{
    private readonly string _path;
    private readonly int _length;
    private readonly FileHandle _start;
    private readonly int _startLength;
    private readonly int _createFrom;

    /// <param name="handles">What is known.</param>
    /// <param name="now">The time, for what is not known any more.</param>
    /// <param name="path">A path that begins with the directory.</param>
    /// <param name="length">How much of the path is the directory.</param>
    /// <param name="createFrom">The length of the directory that exists, when the rest is to be made; else negative.</param>
    /// <param name="reached">Where an earlier walk of the same path ended, for when that is not known any more.</param>
    public DirectoryWalk(DirectoryHandles handles, long now, string path, int length, int createFrom, (FileHandle Handle, int Length) reached)
    {
        _path = path;
        _length = length;
        _createFrom = createFrom;
        var known = length;
        while (known > reached.Length && !handles.TryGet(path.AsSpan(0, known), now, out _start))
        {
            known = Math.Max(path.AsSpan(0, known).LastIndexOf('/'), 0);
        }

        _start = known > reached.Length ? _start : reached.Handle;
        _startLength = known;
        Steps = known == length ? 0 : path.AsSpan(known == 0 ? 0 : known + 1, length - (known == 0 ? 0 : known + 1)).Count('/') + 1;
    }

    private DirectoryWalk(in DirectoryWalk walk, int length, int steps)
    {
        this = walk;
        _length = length;
        Steps = steps;
    }

    /// <summary>Names to go from the start.</summary>
    public int Steps { get; }

    public bool StartsFromHandle => !_start.IsEmpty;

    /// <summary>The same walk from the same start, no further than so many names.</summary>
    public DirectoryWalk Cut(int steps)
    {
        steps = Math.Min(steps, Steps);
        var end = _startLength;
        for (var i = 0; i < steps; i++)
        {
            end = Next(end);
        }

        return new DirectoryWalk(this, end, steps);
    }

    public void Encode(CompoundCall call, UnixFileMode permissions)
    {
        EncodeStart(call);
        for (var at = _startLength; at < _length;)
        {
            var end = Next(at);
            var name = Name(at, end);
            if (Creates(at))
            {
                call.Add(new CreateDirectoryOperation(name, permissions));
            }
            else
            {
                call.Add(new LookupOperation(name));
            }

            call.Add(default(GetFhOperation));
            at = end;
        }
    }

    /// <summary>Goes there a second time in the same compound, when the directories exist.</summary>
    public void EncodeAgain(CompoundCall call)
    {
        EncodeStart(call);
        for (var at = _startLength; at < _length;)
        {
            var end = Next(at);
            call.Add(new LookupOperation(Name(at, end)));
            at = end;
        }
    }

    /// <summary>Takes the results of <see cref="Encode"/>.</summary>
    /// <returns>The directory that was reached, and how much of the path that is.</returns>
    public (FileHandle Handle, int Length) Decode(ref CompoundResults results, DirectoryHandles handles)
    {
        DecodeStart(ref results);
        var (handle, at) = (_start, _startLength);
        while (at < _length && results.Status == NfsStatus.Ok)
        {
            if (Creates(at))
            {
                if (!results.Next(NfsOpcode.Create))
                {
                    break;
                }

                CreateDirectoryOperation.ReadResult(ref results.Body);
            }
            else if (!results.Next(NfsOpcode.Lookup))
            {
                break;
            }

            if (!results.Next(NfsOpcode.GetFh))
            {
                break;
            }

            at = Next(at);
            handle = GetFhOperation.ReadResult(ref results.Body);
            handles.Add(_path.AsSpan(0, at), handle);
        }

        return (handle, at);
    }

    /// <summary>Takes the results of <see cref="EncodeAgain"/>.</summary>
    public bool DecodeAgain(ref CompoundResults results)
    {
        DecodeStart(ref results);
        for (var i = 0; i < Steps; i++)
        {
            results.Next(NfsOpcode.Lookup);
        }

        return results.Status == NfsStatus.Ok;
    }

    private bool Creates(int at) => _createFrom >= 0 && at >= _createFrom;

    private void EncodeStart(CompoundCall call)
    {
        if (_start.IsEmpty)
        {
            call.Add(default(PutRootFhOperation));
        }
        else
        {
            call.Add(new PutFhOperation(_start));
        }
    }

    private void DecodeStart(ref CompoundResults results) => results.Next(_start.IsEmpty ? NfsOpcode.PutRootFh : NfsOpcode.PutFh);

    private ReadOnlySpan<char> Name(int at, int end) => _path.AsSpan(at == 0 ? 0 : at + 1, end - (at == 0 ? 0 : at + 1));

    private int Next(int at)
    {
        var from = at == 0 ? 0 : at + 1;
        var slash = _path.AsSpan(from, _length - from).IndexOf('/');
        return slash < 0 ? _length : from + slash;
    }
}
