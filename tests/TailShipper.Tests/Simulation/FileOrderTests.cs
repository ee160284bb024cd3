using System.Globalization;
using System.Text;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Wire.Records;
using Xunit;

namespace Shipper.TailShipper.Tests.Simulation;

/// <summary>
/// A flow that keeps the order of each file, against a service that refuses records, throttles, fails, loses answers and hangs, and with
/// kills: lines of each file arrive for the first time in their order.
/// </summary>
public sealed class FileOrderTests
{
    /// <summary>
    /// A record that is refused while others of its call are accepted is the one exception that no sender can prevent: it arrives next.
    /// </summary>
    [Fact]
    public void Nothing_of_a_file_overtakes_what_an_earlier_call_did_not_get_through()
    {
        for (var seed = 1; seed <= 60; seed++)
        {
            new Scene(seed, limits: new ServiceLimits(20, 4000, 1000)).Play();
        }
    }

    [Fact]
    public void With_one_record_a_call_the_lines_of_a_file_arrive_in_their_order_without_exception()
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            new Scene(seed, limits: new ServiceLimits(1, 4000, 1000)).Play();
        }
    }

    [Fact]
    public void Files_do_not_wait_for_each_other()
    {
        var stage = new Stage(new StageOptions { Patterns = ["/logs/*.log"], MaxCalls = 4, KeepOrder = true });
        foreach (var file in "abcd")
        {
            stage.Disk.Append($"/logs/{file}.log", $"{file}\n");
        }

        // The calls with a's lines take for ever.
        stage.Firehose.Latency = () => stage.Firehose.Calls[^1].Records.Any(record => record[0] == 'a')
            ? TimeSpan.FromSeconds(9) : TimeSpan.FromMilliseconds(20);
        stage.Start();
        stage.Run(2);
        for (var round = 0; round < 5; round++)
        {
            foreach (var file in "abcd")
            {
                stage.Disk.Append($"/logs/{file}.log", $"{file}{round}\n");
            }

            stage.Run(1);
        }

        var delivered = stage.Delivered.ToString();
        Assert.All("bcd", file => Assert.Contains($"{file}4\n", delivered, StringComparison.Ordinal));
        Assert.DoesNotContain("a0\n", delivered, StringComparison.Ordinal);
        stage.Run(20);
        Assert.Contains("a4\n", stage.Delivered.ToString(), StringComparison.Ordinal);
        Assert.InRange(stage.Firehose.MostAtOnce, 2, 4);
    }

    [Fact]
    public void More_busy_files_than_calls_all_arrive_and_none_is_left_behind()
    {
        var stage = new Stage(new StageOptions { Patterns = ["/logs/*.log"], MaxCalls = 2, KeepOrder = true, MemoryChunks = 12 });
        var line = new string('x', 900);
        for (var file = 0; file < 7; file++)
        {
            for (var number = 0; number < 3000; number++)
            {
                stage.Disk.Append($"/logs/{file}.log", $"{file} {number} {line}\n");
            }
        }

        stage.Start();
        stage.Run(1);
        var third = stage.Delivered.ToString();
        Assert.All(Enumerable.Range(0, 7), file => Assert.Contains($"{file} 20 ", third, StringComparison.Ordinal));
        stage.Run(60);
        Assert.Equal(7 * 3000, stage.Delivered.ToString().Count(character => character == '\n'));
        Assert.Equal(0, stage.Shipper!.BytesHeld);
    }

    /// <summary>Several files that grow and are rotated, and what arrived of each.</summary>
    private sealed class Scene
    {
        private readonly int _seed;
        private readonly bool _oneRecord;
        private readonly Random _random;
        private readonly Stage _stage;
        private readonly List<string> _paths = [.. "abcde".Select(name => $"/logs/{name}.log")];
        private readonly int[] _generations = new int[5];
        private readonly Dictionary<string, int> _written = [];

        // Of each file: each line, and the call by which it arrived first.
        private readonly Dictionary<string, Dictionary<int, FirehoseCall>> _arrived = [];
        private readonly Dictionary<FirehoseCall, HashSet<(string File, int Number)>> _carried = [];

        public Scene(int seed, ServiceLimits limits)
        {
            (_seed, _oneRecord, _random) = (seed, limits.MaxRecords == 1, new Random(seed));
            _stage = new Stage(
                new StageOptions
                {
                    Patterns = ["/logs/*.log*"],
                    Limits = limits,
                    Packing = _random.Next(2) == 0 ? null : new Packing(_random.Next(50, 500), 30),
                    MaxCalls = _random.Next(1, 5),
                    MemoryChunks = _random.Next(4, 20),
                    MaxBatchAge = TimeSpan.FromMilliseconds(_random.Next(1, 400)),
                    KeepOrder = true,
                },
                seed);
            _stage.Firehose.Took = Arrived;
            _stage.Firehose.Refuses = _ => _random.Next(3) == 0;
            _stage.Firehose.IsPoison = IsPoison;
            _stage.Firehose.Latency = () => TimeSpan.FromMilliseconds(_random.Next(1, 300));
        }

        public void Play()
        {
            _stage.Start();
            for (var step = 0; step < 300; step++)
            {
                Step();
                _stage.Run(TimeSpan.FromMilliseconds(_random.Next(200)));
            }

            _stage.Firehose.Mood = _ => FirehoseMood.Accept;
            for (var rest = 0; rest < 60 && !IsAllDelivered(); rest++)
            {
                _stage.Run(5);
            }

            Assert.True(IsAllDelivered(), $"seed {_seed}: not everything arrived");
            Assert.True(_stage.Firehose.Calls.Count > 10, $"seed {_seed}: {_stage.Firehose.Calls.Count} calls");
        }

        private void Step()
        {
            var dice = _random.Next(40);
            if (dice < 30)
            {
                Write(_random.Next(_paths.Count), _random.Next(_oneRecord ? 6 : 30));
            }
            else if (dice < 37)
            {
                var moods = Enum.GetValues<FirehoseMood>().Where(mood => mood != FirehoseMood.AccessDenied).ToArray();
                var mood = moods[_random.Next(moods.Length)];
                var share = _random.NextDouble();
                _stage.Firehose.Mood = _ => _random.NextDouble() < share ? mood
                    : _random.Next(3) == 0 ? FirehoseMood.RefuseSome : FirehoseMood.Accept;
            }
            else if (dice < 39)
            {
                var file = _random.Next(_paths.Count);
                if (_stage.Disk.Exists(_paths[file]))
                {
                    _stage.Disk.Rename(_paths[file], _paths[file] + $".{_generations[file]++}");
                }
            }
            else if (_random.Next(3) == 0)
            {
                _stage.Kill();
                _stage.Start();
            }
        }

        private void Write(int file, int lines)
        {
            var name = $"{(char)('a' + file)}{_generations[file]}";
            var text = new StringBuilder();
            var from = _written.GetValueOrDefault(name);
            for (var number = from; number < from + lines; number++)
            {
                text.Append(CultureInfo.InvariantCulture, $"{name} {number} {(_random.Next(60) == 0 ? "bad" : "good")}\n");
            }

            _stage.Disk.Append(_paths[file], text.ToString());
            _written[name] = from + lines;
        }

        private bool IsAllDelivered()
        {
            var setAside = _stage.DeadLetters.Letters.SelectMany(letter => LinesOf(letter.Bytes)).ToHashSet();
            return _written.All(file => Enumerable.Range(0, file.Value).All(number =>
                _arrived.GetValueOrDefault(file.Key)?.ContainsKey(number) == true || setAside.Contains((file.Key, number))));
        }

        private bool WasInBadRecord(string file, int number) => _stage.Firehose.Calls.Exists(call =>
            call.Records.Count == 1 && IsPoison(call.Records[0]) && Carries(call).Contains((file, number)));

        private void Arrived(FirehoseCall call, int record)
        {
            foreach (var (file, number) in LinesOf(call.Records[record]))
            {
                var arrived = _arrived.TryGetValue(file, out var known) ? known : _arrived[file] = [];
                if (arrived.ContainsKey(number))
                {
                    continue; // a repeat, after a call whose end nobody knows
                }

                foreach (var (later, by) in arrived.Where(line => line.Key > number))
                {
                    // A record that can never be accepted does not hold up the file; after a kill its good lines may be packed without the
                    // bad one.
                    Assert.True(
                        (!_oneRecord && Carries(by).Contains((file, number))) || WasInBadRecord(file, number),
                        $"seed {_seed}: line {number} of {file} arrived with call {call.Number}, "
                        + $"line {later} before it with call {by.Number}");
                }

                arrived[number] = call;
            }
        }

        private HashSet<(string File, int Number)> Carries(FirehoseCall call) =>
            _carried.TryGetValue(call, out var lines) ? lines : _carried[call] = [.. call.Records.SelectMany(LinesOf)];

        private static bool IsPoison(byte[] record) => record.AsSpan().IndexOf("bad"u8) >= 0;

        private static IEnumerable<(string File, int Number)> LinesOf(byte[] record) =>
            Encoding.Latin1.GetString(record).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line =>
            {
                var parts = line.Split(' ');
                return (parts[0], int.Parse(parts[1], CultureInfo.InvariantCulture));
            });
    }
}
