using Shipper.Foundation.Collections;
using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Tailing.Identity;

/// <summary>
/// The streams without an open file, found by what a file begins with: how many there are does not matter for a file that begins like
/// none of them.
/// </summary>
/// <param name="all">All streams of the flow: nothing is kept here before the first question.</param>
internal sealed class ClosedStreams(IReadOnlyCollection<TailedStream> all)
{
    // Of streams that begin alike so many are asked. More of them than that cannot be told apart, and then a file is read from its start.
    private const int MostAlike = 32;

    // One stream, or a HashSet of several: most beginnings are those of one.
    private LazyMap<Fingerprint, object> _byBeginning;
    private int[] _lengths = [];
    private int _distinct;
    private bool _isBuilt;

    /// <summary>Adds a stream whose file is not open.</summary>
    public void Add(TailedStream stream)
    {
        if (!_isBuilt)
        {
            return;
        }

        if (_lengths.Length == 0)
        {
            _lengths = new int[Fingerprint.MaxLength + 1]; // most flows never have a closed stream
        }

        foreach (var beginning in stream.Beginnings)
        {
            if (!_byBeginning.TryGetValue(beginning, out var held))
            {
                _byBeginning.Set(beginning, stream);
                _distinct += _lengths[beginning.Length]++ == 0 ? 1 : 0;
            }
            else if (held is HashSet<TailedStream> several)
            {
                several.Add(stream);
            }
            else if (held != stream)
            {
                _byBeginning.Set(beginning, new HashSet<TailedStream> { (TailedStream)held, stream });
            }
        }
    }

    /// <summary>Takes one out; call before anything changes that is known of its content.</summary>
    public void Remove(TailedStream stream)
    {
        foreach (var beginning in stream.Beginnings)
        {
            if (_byBeginning.TryGetValue(beginning, out var held)
                && (held == stream || (held is HashSet<TailedStream> several && several.Remove(stream) && several.Count == 0)))
            {
                _byBeginning.Remove(beginning);
                _distinct -= --_lengths[beginning.Length] == 0 ? 1 : 0;
            }
        }

        if (_byBeginning.Count == 0)
        {
            _byBeginning.Clear();
            _lengths = [];
        }
    }

    /// <summary>
    /// Those that a file may hold, or may have been copied from: it begins with something that the stream held up to an offset.
    /// </summary>
    /// <exception cref="IOException">The file could not be read.</exception>
    public IReadOnlyList<TailedStream> BegunLike(OpenedFile opened)
    {
        if (!_isBuilt)
        {
            Build();
        }

        if (_byBeginning.Count == 0)
        {
            return [];
        }

        Span<byte> head = stackalloc byte[Fingerprint.MaxLength];
        head = head[..FileContent.Fill(opened.File, head[..(int)Math.Min(head.Length, opened.Stat.Size)], 0)];
        List<TailedStream>? found = null;
        for (var (length, left) = (0, _distinct); length <= head.Length && left > 0; length++)
        {
            if (_lengths[length] == 0)
            {
                continue;
            }

            left--;
            if (_byBeginning.TryGetValue(Fingerprint.Of(head[..length]), out var held))
            {
                found ??= [];
                found.AddRange(held is HashSet<TailedStream> several ? several.Take(MostAlike) : [(TailedStream)held]);
            }
        }

        return found is null ? [] : [.. found.Distinct()];
    }

    private void Build()
    {
        _isBuilt = true;
        foreach (var stream in all)
        {
            if (stream.Handle is null && stream.Phase != StreamPhase.Superseded)
            {
                Add(stream);
            }
        }
    }
}
