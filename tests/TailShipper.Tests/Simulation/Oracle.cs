using System.Globalization;
using System.Text;
using Shipper.TailShipper.Delivery;

namespace Shipper.TailShipper.Tests.Simulation;

/// <summary>Says what the shipper did wrong, if anything.</summary>
internal sealed class Oracle
{
    /// <summary>What was taken longer ago than this is remembered after a crash: recording, group commit and some room.</summary>
    public static readonly long Remembered = (long)(1.7 * TimeSpan.TicksPerSecond);

    private readonly Stage _stage;
    private readonly World _world;
    private readonly bool _inOrder;
    private readonly Dictionary<(long Stream, long Start), List<byte>> _letters = [];
    private readonly Dictionary<WorldText, int> _last = [];
    private int _lettersSeen;

    public Oracle(Stage stage, World world, bool inOrder)
    {
        (_stage, _world, _inOrder) = (stage, world, inOrder);
        stage.Firehose.Took = Took;
    }

    /// <summary>True when all that can be delivered is.</summary>
    public bool IsAllDelivered => _world.Lines.TrueForAll(line => line.IsDelivered || line.Gone || !line.IsComplete || line.Text.IsUntracked);

    /// <summary>The shipper was killed: what it was told lately, and what waited behind something it was not, will come again.</summary>
    public void Killed()
    {
        ReadLetters();
        foreach (var text in _world.Texts)
        {
            var remembered = true;
            foreach (var line in text.Lines)
            {
                remembered &= line.Deliveries.Exists(IsRemembered);
                foreach (var delivery in line.Deliveries)
                {
                    delivery.Forgotten |= !remembered || !IsRemembered(delivery);
                }
            }
        }
    }

    private bool IsRemembered(WorldDelivery delivery) =>
        !delivery.IsUnknowable && (delivery.Call is null ? delivery.At : delivery.Call.AnsweredAt) < _stage.Clock.Now - Remembered;

    /// <summary>What must hold at any time.</summary>
    public void CheckNow()
    {
        ReadLetters();
        var counters = _stage.Counters;
        Require(counters.BytesInFlight >= 0, $"{counters.BytesInFlight} bytes in flight");
    }

    /// <summary>What must hold once nothing moves any more.</summary>
    public void CheckAtRest()
    {
        ReadLetters();
        Require(_stage.Counters.BytesInFlight == 0, $"{_stage.Counters.BytesInFlight} bytes in flight at rest");
        foreach (var line in _world.Lines.Where(line => !line.Text.IsUntracked))
        {
            Require(line.IsDelivered || line.Gone || !line.IsComplete, $"line {line.Number} of text {line.Text.Number} is missing");
            var known = line.Deliveries.Count(delivery => !delivery.IsUnknowable);
            var isUncertain = line.Copies > 0 && _world.Kills > 0; // whether a crash forgot it depends on which of the copies it came from
            Require(known <= 1 + line.Copies || isUncertain, $"line {line.Number} of text {line.Text.Number} was delivered {line.Deliveries.Count} times, {known} of them for sure");
        }

        if (_world.Kills == 0)
        {
            var lost = _world.Lines.Where(line => !line.IsDelivered && line.GoneButTold).Sum(line => line.Bytes.Length + 1L - line.Fragments.DefaultIfEmpty().Max());
            Require(_stage.BytesLost >= lost, $"{_stage.BytesLost} bytes reported lost, but {lost} seen bytes are: lines {Gone()}");
            Require(_stage.BytesLost <= _world.BytesGone, $"{_stage.BytesLost} bytes reported lost, but only {_world.BytesGone} were taken away");
        }
    }

    private string Gone() => string.Join(' ', _world.Lines.Where(line => !line.IsDelivered && line.GoneButTold)
        .GroupBy(line => line.Text.Number).Select(lines => $"{lines.Min(line => line.Number)}..{lines.Max(line => line.Number)} of text {lines.Key}"));

    private void Took(FirehoseCall call, byte[] record)
    {
        Require(record.Length > 0 && record[^1] == (byte)'\n', $"a record of call {call.Number} does not end with a newline");
        _stage.Trace.Add($"call {call.Number} took {Outline(record)}");
        var from = 0;
        while (from < record.Length)
        {
            var length = record.AsSpan(from).IndexOf((byte)'\n');
            Arrived(record.AsSpan(from, length), new WorldDelivery(call, _stage.Clock.Now));
            from += length + 1;
        }
    }

    /// <summary>The numbers of the first and last line, and how many.</summary>
    private string Outline(byte[] record)
    {
        var lines = Encoding.Latin1.GetString(record).Split('\n');
        var (first, last) = (lines[0].Split(':')[0], lines[^2].Split(':')[0]);
        var text = int.TryParse(first, out var number) ? _world.Lines[number].Text.Number : -1;
        return string.Create(CultureInfo.InvariantCulture, $"text {text}: {first}..{last} ({lines.Length - 1})");
    }

    private void Arrived(ReadOnlySpan<byte> bytes, WorldDelivery delivery)
    {
        var colon = bytes.IndexOf((byte)':');
        var line = colon > 0 && int.TryParse(bytes[..colon], CultureInfo.InvariantCulture, out var number) && number < _world.Lines.Count ? _world.Lines[number] : null;
        if (line is null || !bytes.SequenceEqual(line.Bytes))
        {
            var text = bytes.ToArray();
            Require(
                line is null ? _world.Lines.Exists(begun => IsFragment(begun, text)) : IsFragment(line, text),
                $"torn: {bytes.Length} of {line?.Bytes.Length} bytes, \"{Encoding.Latin1.GetString(bytes[..Math.Min(40, bytes.Length)])}\"");
            return;
        }

        if (_inOrder && !line.IsDelivered && delivery.Call is not null)
        {
            Require(!_last.TryGetValue(line.Text, out var last) || last < line.Number, $"line {line.Number} came after line {last} of the same text");
            _last[line.Text] = line.Number;
        }

        line.Deliveries.Add(delivery);
    }

    private static bool IsFragment(WorldLine line, byte[] bytes) =>
        line.Bytes.AsSpan().StartsWith(bytes) && (line.Fragments.Contains(bytes.Length) || (!line.IsComplete && line.Written == bytes.Length));

    /// <summary>Dead letters hold lines too long for a record, in pieces.</summary>
    private void ReadLetters()
    {
        for (; _lettersSeen < _stage.DeadLetters.Letters.Count; _lettersSeen++)
        {
            var (letter, bytes, at) = _stage.DeadLetters.Letters[_lettersSeen];
            if (!_letters.Remove((letter.Stream.Number, letter.Span.Start), out var whole))
            {
                whole = [];
            }

            whole.AddRange(bytes);
            if (whole[^1] == (byte)'\n')
            {
                Arrived(whole.ToArray().AsSpan(0, whole.Count - 1), new WorldDelivery(null, at));
            }
            else
            {
                _letters[(letter.Stream.Number, letter.Span.End)] = whole;
            }
        }
    }

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new OracleException(what);
        }
    }
}
