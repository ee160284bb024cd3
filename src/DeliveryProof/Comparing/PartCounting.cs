using System.Runtime.InteropServices;
using Shipper.DeliveryProof.Lines;
using Shipper.DeliveryProof.Partitions;

namespace Shipper.DeliveryProof.Comparing;

/// <summary>Counts the lines of parts that differ, and finds where they do.</summary>
/// <param name="partitions">The lines.</param>
/// <param name="inputs">Items below this number are what was to be delivered.</param>
/// <param name="hashesAtOnce">Different lines in memory at a time.</param>
internal sealed class PartCounting(LinePartitions partitions, int inputs, int hashesAtOnce)
{
    private readonly Dictionary<UInt128, Occurrences> _lines = [];
    private readonly Dictionary<(UInt128 Hash, int Item), Places> _places = [];
    private readonly Dictionary<int, long> _repeats = [];
    private readonly Dictionary<int, long> _foreign = [];
    private readonly FirstPlaces _missing = new(LineComparison.MostPlaces);
    private readonly FirstPlaces _repeated = new(LineComparison.MostPlaces);
    private readonly FirstPlaces _unexpected = new(LineComparison.MostPlaces);
    private long _duplicate;
    private long _loss;
    private long _lossOfDelivered;
    private long _unexpectedLines;

    /// <summary>Counts a part.</summary>
    public void Count(int part) => Count(part, LinePartitions.Bits, UInt128.Zero);

    /// <summary>The result over all parts that were counted.</summary>
    public ComparisonResult Result(
        long input, long delivered, IReadOnlyList<ILineContent> contents, IReadOnlyList<ComparisonProblem> problems) => new()
        {
            Input = input,
            Delivered = delivered,
            Duplicate = _duplicate,
            Loss = _loss,
            LossOfDelivered = _lossOfDelivered,
            Unexpected = _unexpectedLines,
            Missing = Named(_missing, contents),
            Repeated = Named(_repeated, contents),
            OnlyDelivered = Named(_unexpected, contents),
            RepeatsByObject = ByName(_repeats, contents),
            UnexpectedByObject = ByName(_foreign, contents),
            Problems = problems,
        };

    private static List<LinePlace> Named(FirstPlaces places, IReadOnlyList<ILineContent> contents) =>
        [.. places.All.Select(place => new LinePlace(contents[place.Item].Name, place.Offset, place.Lines))];

    private static List<ObjectCount> ByName(Dictionary<int, long> counts, IReadOnlyList<ILineContent> contents) =>
    [
        .. counts.OrderByDescending(count => count.Value).ThenBy(count => count.Key)
            .Select(count => new ObjectCount(contents[count.Key].Name, count.Value)),
    ];

    // Where a part has more different lines than fit, each half of it by the next bit of the hash is counted by itself.
    private void Count(int part, int bits, UInt128 prefix)
    {
        _lines.Clear();
        var fits = true;
        partitions.Read(part, entry =>
        {
            if (!fits || !IsOf(entry.Hash, bits, prefix))
            {
                return;
            }

            ref var occurrences = ref CollectionsMarshal.GetValueRefOrAddDefault(_lines, entry.Hash, out _);
            occurrences = entry.Item < inputs
                ? occurrences with { Input = occurrences.Input + 1 }
                : occurrences with { Delivered = occurrences.Delivered + 1 };
            fits = _lines.Count <= hashesAtOnce;
        });
        if (!fits)
        {
            Count(part, bits + 1, prefix << 1);
            Count(part, bits + 1, (prefix << 1) | UInt128.One);
            return;
        }

        foreach (var (hash, occurrences) in _lines)
        {
            if (occurrences.Input == occurrences.Delivered)
            {
                _lines.Remove(hash); // allowed while it is enumerated
            }
        }

        Locate(part);
    }

    // Parts are the first bits of the hash; what is counted at a time within a part are those that follow.
    private static bool IsOf(UInt128 hash, int bits, UInt128 prefix)
    {
        var more = bits - LinePartitions.Bits;
        return more == 0 || (hash << LinePartitions.Bits) >> (128 - more) == prefix;
    }

    private void Locate(int part)
    {
        if (_lines.Count == 0)
        {
            return;
        }

        _places.Clear();
        partitions.Read(part, entry =>
        {
            if (_lines.ContainsKey(entry.Hash))
            {
                ref var places = ref CollectionsMarshal.GetValueRefOrAddDefault(_places, (entry.Hash, entry.Item), out var exists);
                places = exists
                    ? new Places(places.Count + 1, Math.Min(places.First, entry.Offset), Math.Max(places.Last, entry.Offset))
                    : new Places(1, entry.Offset, entry.Offset);
            }
        });
        foreach (var ofLine in _places.OrderBy(place => place.Key.Hash).ThenBy(place => place.Key.Item).GroupBy(place => place.Key.Hash))
        {
            var occurrences = _lines[ofLine.Key];
            if (occurrences.Input > occurrences.Delivered)
            {
                _loss += occurrences.Input - occurrences.Delivered;
                _lossOfDelivered += occurrences.Delivered > 0 ? occurrences.Input - occurrences.Delivered : 0;
                Beyond(ofLine.Where(place => place.Key.Item < inputs), occurrences.Delivered, _missing, counts: null);
                continue;
            }

            var excess = occurrences.Delivered - occurrences.Input;
            _duplicate += occurrences.Input > 0 ? excess : 0;
            _unexpectedLines += occurrences.Input > 0 ? 0 : excess;
            var (first, counts) = occurrences.Input > 0 ? (_repeated, _repeats) : (_unexpected, _foreign);
            Beyond(ofLine.Where(place => place.Key.Item >= inputs), occurrences.Input, first, counts);
        }
    }

    // Equal lines cannot be told apart: those beyond the first so many, in the order of their items, are the ones that are too many.
    private static void Beyond(
        IEnumerable<KeyValuePair<(UInt128 Hash, int Item), Places>> ofLine, long allowed, FirstPlaces first, Dictionary<int, long>? counts)
    {
        foreach (var ((_, item), places) in ofLine)
        {
            var beyond = places.Count - Math.Min(allowed, places.Count);
            if (beyond > 0)
            {
                first.Add(item, allowed == 0 ? places.First : places.Last, beyond);
                if (counts is not null)
                {
                    counts[item] = counts.GetValueOrDefault(item) + beyond;
                }
            }

            allowed -= Math.Min(allowed, places.Count);
        }
    }

    private readonly record struct Occurrences(long Input, long Delivered);

    private readonly record struct Places(long Count, long First, long Last);

    /// <summary>The first places of all that are offered.</summary>
    private sealed class FirstPlaces(int most)
    {
        private readonly List<(int Item, long Offset, long Lines)> _places = [];

        public IReadOnlyList<(int Item, long Offset, long Lines)> All => _places;

        public void Add(int item, long offset, long lines)
        {
            var at = _places.FindIndex(place => (item, offset).CompareTo((place.Item, place.Offset)) < 0);
            at = at < 0 ? _places.Count : at;
            if (at < most)
            {
                _places.Insert(at, (item, offset, lines));
                if (_places.Count > most)
                {
                    _places.RemoveAt(most);
                }
            }
        }
    }
}
