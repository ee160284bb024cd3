using System.Globalization;
using System.Text;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Tests.Simulation;
using Xunit;

namespace Shipper.TailShipper.Tests.Tailing;

/// <summary>Random histories of writers that leave NULs in their files: each line is shipped once, and nothing is lost.</summary>
public sealed class PaddingHistoryTests
{
    private const int Histories = 60;
    private const string Log = "/logs/app.log";

    [Fact]
    public void Whatever_leaves_NULs_in_a_file_every_line_is_shipped_once()
    {
        for (var seed = 1; seed <= Histories; seed++)
        {
            try
            {
                new History(seed, trace: false).Play();
            }
            catch (Exception exception)
            {
                var trace = Record.Exception(() => new History(seed, trace: true).Play());
                throw new InvalidOperationException($"history {seed}: {trace?.Message}", exception);
            }
        }
    }

    /// <summary>One file and what is done to it.</summary>
    private sealed class History
    {
        private readonly Random _random;
        private readonly Stage _stage;
        private readonly List<string> _lines = [];
        private readonly List<(long Offset, string Text)> _holes = [];
        private readonly int _longest;
        private long _end;
        private int _copies;

        public History(int seed, bool trace)
        {
            _random = new Random(seed);
            _longest = _random.Next(2) == 0 ? 60 : 3000;
            _stage = new Stage(new StageOptions
            {
                Patterns = [_random.Next(2) == 0 ? Log : Log + "*"],
                Trace = trace,
                Packing = _random.Next(2) == 0 ? null : new Packing(_random.Next(100, 5000), 100),
            }, seed);
            _stage.Disk.LongestRead = _random.Next(3) == 0 ? _random.Next(100, 5000) : int.MaxValue;
            _stage.Disk.Create(Log).Content.KnowsHoles = _random.Next(3) > 0;
            _stage.Start();
        }

        public void Play()
        {
            for (var step = 0; step < 40; step++)
            {
                Move();
                _stage.Run(_random.NextDouble() * _random.Next(1, 4));
            }

            Rest();
            var arrived = Arrived();
            var repeated = arrived.GroupBy(line => line).Where(lines => lines.Count() > 1);
            var wrong = _lines.Except(arrived).Select(line => "missing " + line)
                .Concat(repeated.Select(lines => $"{lines.Count()} times {lines.Key}"))
                .Concat(arrived.Except(_lines).Select(line => "torn " + line)).ToList();
            Assert.True(wrong.Count == 0, string.Join('\n', wrong) + _stage.Trace);
            Assert.True(_stage.BytesLost == 0, $"{_stage.BytesLost} bytes lost\n{_stage.Trace}");
            Assert.True(_stage.Counters.LagBytes == 0, $"{_stage.Counters.LagBytes} bytes behind\n{_stage.Trace}");
            Assert.Empty(_stage.DeadLetters.Letters);
            _stage.KillAfterCommit();
            _stage.Start();
            _stage.Run(40);
            Assert.True(Arrived().Count == _lines.Count, $"{Arrived().Count} lines after the restart for {_lines.Count}\n{_stage.Trace}");
        }

        private void Move()
        {
            switch (_random.Next(10))
            {
                case 0: // space for later
                    _stage.Trace.Add($"more space behind {_end}");
                    _stage.Disk.Truncate(Log, Math.Max(_stage.Disk[Log].Content.Length, _end + _random.Next(1, 100_000)));
                    break;
                case 1 when _stage.Disk[Log].Content.Length > _end: // cut to what is written; of nothing it would look like a write
                    _stage.Trace.Add($"cut at {_end}");
                    _stage.Disk.Truncate(Log, _end);
                    break;
                case 2: // a block written out of turn, and filled in at some time
                    var hole = Lines(_random.Next(1, 4));
                    _holes.Add((_end, hole));
                    _end += hole.Length;
                    Write(isMapped: false);
                    break;
                case 3:
                    Fill();
                    break;
                case 4: // a seek
                    _end += _random.Next(1, _random.Next(2, 3_000_000));
                    Write(isMapped: false);
                    break;
                case 5 when _random.Next(3) == 0:
                    Rotate();
                    break;
                case 6 when _random.Next(3) == 0:
                    Rest();
                    _stage.KillAfterCommit();
                    _stage.Start();
                    break;
                case 7 when _random.Next(3) == 0:
                    _stage.Stop();
                    _stage.Start();
                    break;
                case 8 when _end < _stage.Disk[Log].Content.Length:
                    Write(isMapped: true);
                    break;
                default:
                    Write(isMapped: false);
                    break;
            }
        }

        /// <summary>The writer goes on where it was, in a file that is empty by then.</summary>
        private void Rotate()
        {
            Rest();
            if (_random.Next(2) == 0)
            {
                _stage.Disk.CopyTruncate(Log, string.Create(CultureInfo.InvariantCulture, $"{Log}.{++_copies}"));
            }
            else
            {
                _stage.Disk.Truncate(Log);
            }

            _stage.Run(_random.NextDouble() * 10);
        }

        private void Fill()
        {
            if (_holes.Count > 0)
            {
                var index = _random.Next(_holes.Count);
                _stage.Trace.Add($"fill {_holes[index].Text.Length} at {_holes[index].Offset}: {_holes[index].Text.Split(':')[0]}");
                _stage.Disk.WriteAt(Log, _holes[index].Offset, _holes[index].Text);
                _holes.RemoveAt(index);
            }
        }

        private void Rest()
        {
            while (_holes.Count > 0)
            {
                Fill();
            }

            _stage.Run(45);
        }

        private void Write(bool isMapped)
        {
            var lines = Lines(_random.Next(1, 6));
            _stage.Trace.Add($"{(isMapped ? "map" : "write")} {lines.Length} at {_end}: {lines.Split(':')[0]}");
            _stage.Disk.WriteAt(Log, _end, lines, isMapped);
            _end += lines.Length;
        }

        private string Lines(int count)
        {
            var text = new StringBuilder();
            for (var line = 0; line < count; line++)
            {
                _lines.Add(string.Create(CultureInfo.InvariantCulture, $"{_lines.Count}:{new string('x', _random.Next(_longest))}"));
                text.Append(_lines[^1]).Append('\n');
            }

            return text.ToString();
        }

        private List<string> Arrived() => [.. _stage.Delivered.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }
}
