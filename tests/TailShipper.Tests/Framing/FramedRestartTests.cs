using System.Text;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Framing;
using Shipper.TailShipper.Tests.Simulation;
using Xunit;
using static Shipper.TailShipper.Tests.Framing.Scenes;

namespace Shipper.TailShipper.Tests.Framing;

/// <summary>
/// Scripted histories: a file that grows by odd pieces and is rotated, and a shipper that is killed and started again, in every framing.
/// </summary>
public sealed class FramedRestartTests
{
    private const string Header = "# fields: a, b\n> is no start here\n";

    public static TheoryData<string, int, bool> Framings
    {
        get
        {
            var data = new TheoryData<string, int, bool>();
            foreach (var encoding in new[] { "utf-8", "utf-16", "utf-16BE", "latin1" })
            {
                foreach (var header in new[] { 0, 2 })
                {
                    data.Add(encoding, header, false);
                    data.Add(encoding, header, true);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Framings))]
    public void Records_are_whole_and_come_once_however_often_it_is_killed(string encoding, int header, bool multiLine)
    {
        var history = new History(encoding, header, multiLine, seed: 1);
        history.Play(atRest: true);
        Assert.Equal(history.Expected.Order(StringComparer.Ordinal), history.Records.Order(StringComparer.Ordinal));
        Assert.Equal(0, history.Stage.BytesLost);
    }

    [Theory]
    [MemberData(nameof(Framings))]
    public void Records_are_whole_and_none_is_missing_when_it_is_killed_in_the_middle_of_things(string encoding, int header, bool multiLine)
    {
        for (var seed = 1; seed <= 10; seed++)
        {
            var history = new History(encoding, header, multiLine, seed);
            history.Play(atRest: false);
            Assert.Equal(history.Expected.Order(StringComparer.Ordinal), history.Records.Distinct().Order(StringComparer.Ordinal));
            Assert.Equal(0, history.Stage.BytesLost);
        }
    }

    private sealed class History
    {
        private readonly Random _random;
        private readonly Encoding _coder;
        private readonly bool _multiLine;
        private readonly string _header;
        private int _number;

        public History(string encoding, int header, bool multiLine, int seed)
        {
            _random = new Random(seed);
            _coder = Encoding.GetEncoding(encoding);
            _multiLine = multiLine;
            _header = header == 0 ? "" : Header;
            var configured = encoding == "latin1" ? TextEncoding.Latin1 : TextEncoding.Auto;
            var framing = new FramingSettings(configured, header, multiLine
                ? new MultiLineSettings("^>", 500, 1_024_000, TimeSpan.FromHours(1))
                : null);
            Stage = new Stage(new StageOptions { Patterns = ["/logs/app.log*"], Framing = framing }, seed);
            var sent = configured == TextEncoding.Latin1 ? Encoding.Latin1 : Encoding.UTF8;
            Stage.Firehose.Took = (call, record) => Records.Add(sent.GetString(call.Records[record]));
        }

        public Stage Stage { get; }

        public List<string> Records { get; } = [];

        public List<string> Expected { get; } = [];

        /// <summary>Four files, one after the other, each written in pieces with an end of the shipper behind each.</summary>
        public void Play(bool atRest)
        {
            Stage.Start();
            for (var file = 0; file < 4; file++)
            {
                byte[] content = [.. _coder.GetPreamble(), .. _coder.GetBytes(_header + Text())];
                for (var at = 0; at < content.Length;)
                {
                    var length = Math.Min(content.Length - at, _random.Next(1, 2 + _random.Next(200)));
                    Stage.Disk.Append(Log, content.AsSpan(at, length));
                    at += length;
                    Stage.Run(atRest ? 3 : _random.NextDouble() * _random.Next(1, 4));
                    if (_random.Next(3) == 0)
                    {
                        Kill();
                        Stage.Start();
                    }
                }

                // Whoever copies and truncates must give the reader time to see what it had: a scan or two.
                Stage.Run(3);
                if (file % 2 == 0)
                {
                    Stage.Disk.Rename(Log, $"/logs/app.log.{file}");
                }
                else
                {
                    Stage.Disk.CopyTruncate(Log, $"/logs/app.log.{file}");
                }

                Stage.Run(atRest ? 20 : _random.NextDouble() * 8);
                if (!atRest)
                {
                    Kill();
                    Stage.Start();
                }
            }

            Stage.Run(30);
            Stage.KillAfterCommit();
            Stage.Start();
            Stage.Run(30);
            Assert.Equal(0, Stage.Counters.BytesInFlight);
        }

        private void Kill()
        {
            if (_random.Next(2) == 0)
            {
                Stage.KillAfterCommit();
            }
            else
            {
                Stage.Kill();
            }
        }

        private string Text()
        {
            var text = new StringBuilder();
            for (var record = 0; record < 12; record++)
            {
                var lines = Enumerable.Range(0, _multiLine ? _random.Next(1, 6) : 1)
                    .Select(line =>
                        $"{(line == 0 ? ">" : " ")}{_number++} é{new string('x', _random.Next(30))}"
                        + $"{(_random.Next(2) == 0 ? "\r\n" : "\n")}");
                Expected.Add(string.Concat(lines));
                text.Append(Expected[^1]);
            }

            // The last line has no newline in the file.
            Expected[^1] = Expected[^1].TrimEnd() + "\n";
            return text.ToString().TrimEnd();
        }
    }
}
