using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Shipper.TailShipper.Tailing.Identity;

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
    private readonly List<WorldDelivery> _unsettled = [];
    private int _lettersSeen;
    private bool _leftInFlight;

    public Oracle(Stage stage, World world, bool inOrder)
    {
        (_stage, _world, _inOrder) = (stage, world, inOrder);
        stage.Firehose.Took = Took;
    }

    /// <summary>True when all that can be delivered is.</summary>
    public bool IsAllDelivered =>
        _world.Lines.TrueForAll(line => line.IsDelivered || line.Gone || !line.IsComplete || line.Text.IsUntracked);

    /// <summary>The shipper was killed: what it was told lately, and what waited behind something it was not, will come again.</summary>
    /// <param name="before">What it was told before this moment it remembers.</param>
    public void Killed(long before)
    {
        CheckNow();
        foreach (var text in _world.Texts)
        {
            var remembered = true;
            bool IsRemembered(WorldDelivery delivery) => !delivery.IsUnknowable && delivery.SettledAt <= before;

            foreach (var line in text.Lines)
            {
                remembered &= line.Deliveries.Count(IsRemembered) > line.Copies; // of some it is not told which copy they came from
                foreach (var delivery in line.Deliveries)
                {
                    delivery.Forgotten |= !remembered || !IsRemembered(delivery);
                }
            }
        }
    }

    /// <summary>
    /// The shipper stopped in time, and its last checkpoint is on disk: only what waited behind something that was still in flight will
    /// come again.
    /// </summary>
    public void Stopped()
    {
        if (_stage.Shipper!.BytesHeld > 0)
        {
            _leftInFlight = true;
            Killed(_stage.Clock.Now);
        }
    }

    /// <summary>What must hold at any time.</summary>
    public void CheckNow()
    {
        ReadLetters();
        // The hunt for a bad record is one delivery: what its calls achieved on the way is settled when it ends.
        _unsettled.RemoveAll(delivery =>
        {
            var isSettled = delivery.Call!.IsSettled(delivery.Record);
            delivery.SettledAt = isSettled ? _stage.Clock.Now : null;
            return isSettled;
        });
        if (_stage.Shipper is { } shipper)
        {
            Conservation.Check(shipper);
        }
    }

    /// <summary>What must hold once nothing moves any more.</summary>
    public void CheckAtRest()
    {
        CheckNow();
        var shipper = _stage.Shipper!;
        if (shipper.BytesHeld != 0)
        {
            Wrong($"{shipper.BytesHeld} bytes in flight at rest");
        }

        if (!shipper.Journal.Health.IsOk)
        {
            Wrong($"the journal is not healthy at rest: {shipper.Journal.Health.Reason}");
        }

        if (shipper.Journal.Status.PendingStreams != 0)
        {
            Wrong($"the checkpoints of {shipper.Journal.Status.PendingStreams} streams are not on disk at rest");
        }

        foreach (var stream in shipper.Streams.All)
        {
            if (shipper.Journal.Latest(stream.Id)?.Committed is var recorded && recorded != stream.Ring.Committed)
            {
                Wrong($"stream {stream.Id} is settled to {stream.Ring.Committed}, but the journal has it at {recorded}");
            }
        }

        foreach (var line in _world.Lines)
        {
            if (!line.Text.IsUntracked)
            {
                CheckAtRest(line);
            }
        }

        if (_world.Kills == 0)
        {
            CheckLosses();
        }
    }

    private void CheckAtRest(WorldLine line)
    {
        if (!line.IsDelivered && !line.Gone && line.IsComplete)
        {
            Wrong($"line {line.Number} of text {line.Text.Number} is missing");
        }

        var known = 0;
        foreach (var delivery in line.Deliveries)
        {
            known += delivery.IsUnknowable ? 0 : 1;
        }

        // Whether a crash, or a stop with something in flight, forgot it depends on which of the copies it came from.
        var isUncertain = line.Copies > 0 && (_world.Kills > 0 || _leftInFlight);
        if (known > 1 + line.Copies + (IsProvable(line) ? 0 : 1) && !isUncertain)
        {
            Wrong($"line {line.Number} of text {line.Text.Number} was delivered {line.Deliveries.Count} times, "
                + $"{known} of them for sure: {string.Join(", ", line.Deliveries)}");
        }
    }

    /// <summary>
    /// False for what is within the first bytes of a file: they prove nothing once it was missed, unless it has a birth time. When no more
    /// of it was read, it is read again.
    /// </summary>
    private bool IsProvable(WorldLine line) => _stage.Disk.HasBirthTimes
        || line.Text.Lines.TakeWhile(each => each.Number <= line.Number).Sum(each => each.Bytes.Length + 1) >= FileIdentity.Proof;

    private void CheckLosses()
    {
        var lost = _world.Lines.Where(line => !line.IsDelivered && line.GoneButTold).Sum(line =>
            line.Bytes.Length + 1L - line.Fragments.DefaultIfEmpty().Max());
        if (_stage.BytesLost < lost)
        {
            Wrong($"{_stage.BytesLost} bytes reported lost, but {lost} seen bytes are: lines {Gone()}");
        }

        // What a stop left in flight is not read for all that the next run knows, though it may have arrived since.
        if (_stage.BytesLost > _world.BytesGone && !_leftInFlight)
        {
            Wrong($"{_stage.BytesLost} bytes reported lost, but only {_world.BytesGone} were taken away");
        }
    }

    private string Gone() => string.Join(' ', _world.Lines.Where(line => !line.IsDelivered && line.GoneButTold)
        .GroupBy(line => line.Text.Number).Select(lines =>
            $"{lines.Min(line => line.Number)}..{lines.Max(line => line.Number)} of text {lines.Key}"));

    private void Took(FirehoseCall call, int index)
    {
        var record = call.Records[index];
        if (record.Length == 0 || record[^1] != (byte)'\n')
        {
            Wrong($"a record of call {call.Number} does not end with a newline");
        }

        if (_stage.Options.Trace)
        {
            _stage.Trace.Add($"call {call.Number} took {Outline(record)}");
        }

        ReadLetters(); // what is in them already came first
        ArrivedLines(record, () => new WorldDelivery(call, index, _stage.Clock.Now));
    }

    private void ArrivedLines(ReadOnlySpan<byte> lines, Func<WorldDelivery> delivery)
    {
        while (!lines.IsEmpty)
        {
            var length = lines.IndexOf((byte)'\n');
            Arrived(lines[..length], delivery());
            lines = lines[(length + 1)..];
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
        var line = colon > 0 && int.TryParse(bytes[..colon], CultureInfo.InvariantCulture, out var number) && number < _world.Lines.Count
            ? _world.Lines[number] : null;
        if (line is null || !bytes.SequenceEqual(line.Bytes))
        {
            var text = bytes.ToArray();
            if (line is null ? !_world.Lines.Exists(begun => IsFragment(begun, text)) : !IsFragment(line, text))
            {
                Wrong($"torn: {bytes.Length} of {line?.Bytes.Length} bytes of which {line?.Bytes.AsSpan().CommonPrefixLength(bytes)} "
                    + $"are right and {line?.Written} were written, \"{Encoding.Latin1.GetString(bytes[..Math.Min(40, bytes.Length)])}\"");
            }

            return;
        }

        if (_inOrder && !line.Text.IsWrittenAnew && !line.IsDelivered && delivery.Call is not null)
        {
            if (_last.TryGetValue(line.Text, out var last) && last >= line.Number)
            {
                Wrong($"line {line.Number} came after line {last} of the same text");
            }

            _last[line.Text] = line.Number;
        }

        line.Deliveries.Add(delivery);
        if (delivery.Call is not null)
        {
            _unsettled.Add(delivery);
        }
    }

    private static bool IsFragment(WorldLine line, byte[] bytes) =>
        line.Bytes.AsSpan().StartsWith(bytes)
            && (line.Fragments.Contains(bytes.Length) || (!line.IsComplete && line.Written == bytes.Length));

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
                ArrivedLines(whole.ToArray(), () => new WorldDelivery(null, 0, at) { SettledAt = at });
            }
            else
            {
                _letters[(letter.Stream.Number, letter.Span.End)] = whole;
            }
        }
    }

    [DoesNotReturn]
    private static void Wrong(string what) => throw new OracleException(what);
}

/// <summary>The shipper broke a promise.</summary>
internal sealed class OracleException(string message) : Exception(message);
