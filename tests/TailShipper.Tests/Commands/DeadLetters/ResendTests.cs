using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Tests.Delivery;
using Shipper.TailShipper.Tests.Framing;
using Shipper.TailShipper.Tests.Support;
using Shipper.TailShipper.Wire.Answers;
using Shipper.TailShipper.Wire.Records;
using Xunit;

namespace Shipper.TailShipper.Tests.Commands.DeadLetters;

public sealed class ResendTests : IDisposable
{
    private const int Limit = 1_024_000;

    private readonly ResendRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task Letters_are_sent_as_they_were_and_only_once()
    {
        _rig.Letter("one\n", 0);
        _rig.Letter("two\ntoo\n", 4);
        _rig.Letter("\0\u00ff", 12);
        var report = await _rig.RunAsync();
        Assert.Equal((3, 0, true), (report.Resent, report.Before, report.IsDone));
        Assert.Equal(["one\n", "two\ntoo\n", "\0\u00ff"], _rig.Taken);
        _rig.Letter("three\n", 14);
        report = await _rig.RunAsync();
        Assert.Equal((1, 3, true), (report.Resent, report.Before, report.IsDone));
        Assert.Equal(["one\n", "two\ntoo\n", "\0\u00ff", "three\n"], _rig.Taken);
    }

    [Fact]
    public async Task A_letter_that_was_written_twice_around_a_crash_is_sent_once()
    {
        _rig.Letter("one\n");
        _rig.Letter("one\n");
        _rig.Letter("one\n", at: 4); // the same text, but another line
        var report = await _rig.RunAsync();
        Assert.Equal(2, report.Resent);
        Assert.Equal(2, _rig.Taken.Count);
    }

    [Fact]
    public async Task What_is_refused_by_itself_stays_and_the_others_go()
    {
        for (var letter = 0; letter < 40; letter++)
        {
            _rig.Letter($"letter {letter}\n", letter * 10);
        }

        var report = await _rig.RunAsync((_, records) =>
            records.Contains("letter 17\n") ? ScriptedClient.Invalid : ScriptedClient.Accepted);
        Assert.Equal((39, false), (report.Resent, report.IsDone));
        Assert.Equal("InvalidArgumentException: the data is no good", Assert.Single(report.Refused).Reason);
        Assert.Equal(39, _rig.Taken.Distinct().Count());
        Assert.InRange(_rig.Calls, 1, 14);
        Assert.Equal((1, 39), ((await _rig.RunAsync()).Resent, _rig.Taken.Count - 1));
    }

    [Fact]
    public async Task Records_refused_inside_an_answer_are_tried_again()
    {
        for (var letter = 0; letter < 10; letter++)
        {
            _rig.Letter($"letter {letter}\n", letter * 10);
        }

        var report = await _rig.RunAsync((number, records) => number < 3
            ? ScriptedClient.Refusing(Enumerable.Range(0, records.Count).Where(index => index % 3 != 1))
            : ScriptedClient.Accepted);
        Assert.Equal((10, true), (report.Resent, report.IsDone));
        Assert.Equal(Enumerable.Range(0, 10).Select(letter => $"letter {letter}\n"), _rig.Taken.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_must_be_mended_outside_ends_it_at_once_with_the_fix_in_words()
    {
        for (var letter = 0; letter < 1000; letter++)
        {
            _rig.Letter($"letter {letter}\n", letter * 10);
        }

        var report = await _rig.RunAsync((number, _) =>
            number == 0 ? ScriptedClient.Accepted : ScriptedClient.Error(400, "AccessDeniedException", "no"));
        Assert.Equal((500, 500, 2), (report.Resent, report.Waiting, _rig.Calls));
        Assert.Contains(
            "lacks firehose:PutRecordBatch on arn:aws:firehose:*:*:deliverystream/stream: allow it", report.Stopped,
            StringComparison.Ordinal);
        Assert.False(report.IsDone);
        Assert.Equal((500, 500, true), (await _rig.RunAsync()) switch { var next => (next.Resent, next.Before, next.IsDone) });
        Assert.Equal(1000, _rig.Taken.Distinct().Count());
        Assert.Equal(1000, _rig.Taken.Count);
    }

    [Fact]
    public async Task It_gives_up_when_the_service_takes_nothing_for_long()
    {
        _rig.Letter("one\n");
        var report = await _rig.RunAsync((_, _) => ScriptedClient.Error(503, "ServiceUnavailableException", "Slow down."));
        Assert.Equal((0, 1), (report.Resent, report.Waiting));
        Assert.Contains("nothing was accepted for 120 s: ServiceUnavailableException", report.Stopped, StringComparison.Ordinal);
        Assert.InRange(_rig.Calls, 5, 50);
    }

    [Theory]
    [InlineData(nameof(OversizePolicy.Split))]
    [InlineData(nameof(OversizePolicy.Truncate))]
    [InlineData(nameof(OversizePolicy.DeadLetter))]
    public async Task A_long_line_goes_as_the_flows_policy_says(string named)
    {
        var line = new string('x', 3_000_000) + "\n";
        _rig.Letter("before\n");
        _rig.Line(Encoding.Latin1.GetBytes(line));
        var report = await _rig.RunAsync(policy: Enum.Parse<OversizePolicy>(named));
        string[] expected = named switch
        {
            nameof(OversizePolicy.Split) =>
            [
                new string('x', Limit - 1) + "\n",
                new string('x', Limit - 1) + "\n",
                new string('x', 3_000_000 - (2 * (Limit - 1))) + "\n",
            ],
            nameof(OversizePolicy.Truncate) => [new string('x', Limit - 1) + "\n"],
            _ => [],
        };
        Assert.Equal(["before\n", .. expected], _rig.Taken);
        Assert.Equal(expected.Length > 0 ? 2 : 1, report.Resent);
        Assert.Equal(expected.Length > 0 ? 0 : 1, report.Refused.Count);
        Assert.All(report.Refused, refused => Assert.Contains("set it to Split or Truncate", refused.Reason, StringComparison.Ordinal));
        Assert.Equal(expected.Length > 0, report.IsDone);
        var again = await _rig.RunAsync(policy: Enum.Parse<OversizePolicy>(named));
        Assert.Equal(report.Resent, again.Before);
        Assert.Equal(expected.Length + 1, _rig.Taken.Count);
    }

    [Fact]
    public async Task A_long_line_goes_on_where_it_was_interrupted()
    {
        var line = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("0123456789é", 1_000_000)) + "\n");
        _rig.Line(line);
        await Assert.ThrowsAsync<InvalidOperationException>(() => _rig.RunAsync((number, _) =>
            number == 1 ? throw new InvalidOperationException("killed") : ScriptedClient.Accepted));
        var before = _rig.Taken.Count;
        Assert.InRange(before, 1, 11);
        var report = await _rig.RunAsync();
        Assert.Equal((1, true), (report.Resent, report.IsDone));
        Assert.Equal(Encoding.Latin1.GetString(line), string.Concat(_rig.Taken.Select(record => record[..^1])) + "\n");
        Assert.All(_rig.Taken, record => Assert.InRange(record.Length, 1, Limit));
        Assert.All(_rig.Taken.SkipLast(1), record => Assert.InRange(record.Length, Limit - 1, Limit));
    }

    [Fact]
    public async Task A_long_line_of_UTF_16_is_sent_as_UTF_8()
    {
        _rig.Limits = new ServiceLimits(500, 4 << 20, 100_000);
        var text = string.Concat(Enumerable.Repeat("x😀é", 60_000));
        _rig.Line(Framer.Utf16(text + "\n"), encoding: "utf-16le");
        var report = await _rig.RunAsync();
        Assert.True(report.IsDone);
        Assert.Equal(text, string.Concat(_rig.Taken.Select(record => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(record))[..^1])));
        Assert.All(_rig.Taken, record => Assert.InRange(record.Length, 1, 100_000));
    }

    [Fact]
    public async Task A_line_that_is_not_whole_is_not_sent()
    {
        var line = new byte[2_000_000];
        line[^1] = (byte)'\n';
        _rig.Line(line, parts: 5);
        var report = await _rig.RunAsync();
        Assert.Equal((0, 1, 0), (report.Resent, report.Incomplete, _rig.Calls));
        _rig.Line(line); // written again from its start: the parts that were there are the same letters
        report = await _rig.RunAsync();
        Assert.Equal((1, 0, true), (report.Resent, report.Incomplete, report.IsDone));
        Assert.Equal(2_000_001, _rig.Taken.Sum(record => record.Length));
    }

    [Fact]
    public async Task A_record_larger_than_the_limit_is_now_goes_as_a_long_line()
    {
        _rig.Limits = new ServiceLimits(500, 4 << 20, 1000);
        _rig.Letter(new string('x', 2500) + "\n");
        Assert.True((await _rig.RunAsync()).IsDone);
        Assert.Equal([1000, 1000, 503], _rig.Taken.Select(record => record.Length));
    }

    [Fact]
    public async Task A_mark_torn_by_a_crash_marks_nothing_and_takes_none_with_it()
    {
        _rig.Letter("one\n", 0);
        _rig.Letter("two\n", 4);
        await _rig.RunAsync();
        var marks = Assert.Single(Directory.EnumerateFiles(_rig.Directory, "*.marks"));
        var text = await File.ReadAllTextAsync(marks);
        await File.WriteAllTextAsync(marks, text[..^20]);
        _rig.Letter("three\n", 8);
        var report = await _rig.RunAsync();
        Assert.Equal((2, 1), (report.Resent, report.Before));
        Assert.Equal(["one\n", "two\n", "two\n", "three\n"], _rig.Taken);
        Assert.Equal(3, (await _rig.RunAsync()).Before);
    }

    [Fact]
    public async Task Many_runs_do_not_leave_many_files_of_marks()
    {
        for (var letter = 0; letter < 12; letter++)
        {
            _rig.Letter($"letter {letter}\n", letter * 10);
            await _rig.RunAsync();
        }

        Assert.Equal(12, _rig.Taken.Count);
        Assert.InRange(Directory.EnumerateFiles(_rig.Directory, "*.marks").Count(), 1, 3);
    }

    [Fact]
    public void Whatever_the_service_answers_and_whenever_it_is_killed_each_letter_arrives_and_repeats_only_where_that_is_unknowable()
    {
        var cases = from letters in Gen.Choose(1, 30)
                    from maxRecords in Gen.Choose(1, 8)
                    from answers in Gen.Choose(0, 6).ListOf(40)
                    select (letters, maxRecords, answers: answers.ToArray());
        Holding.Always(Prop.ForAll(cases.ToArbitrary(), sample =>
        {
            using var rig = new ResendRig { Limits = new ServiceLimits(sample.maxRecords, 4096, 1024) };
            for (var letter = 0; letter < sample.letters; letter++)
            {
                rig.Letter($"letter {letter}\n", letter * 100);
            }

            var (next, unknown) = (0, new List<string>());
            for (var run = 0; run < 100; run++)
            {
                try
                {
                    var report = rig.RunAsync((_, records) =>
                    {
                        switch (next < sample.answers.Length ? sample.answers[next++] : 0)
                        {
                            case 1:
                                return ScriptedClient.Error(503, "ServiceUnavailableException");
                            case 2:
                                return ScriptedClient.Refusing(Enumerable.Range(0, records.Count).Where(index => (index + next) % 2 == 0));
                            case 3 when records.Count > 1:
                                return ScriptedClient.Invalid;
                            case 4:
                                return ScriptedClient.Error(400, "AccessDeniedException");
                            case 5: // the service took it, and the process was killed before it knew
                                rig.Taken.AddRange(records);
                                unknown.AddRange(records);
                                throw new InvalidOperationException("killed");
                            case 6:
                                rig.Taken.AddRange(records);
                                unknown.AddRange(records);
                                return new CallAnswer { Status = 0, Failure = TransportFailure.Ambiguous };
                            default:
                                return ScriptedClient.Accepted;
                        }
                    }).GetAwaiter().GetResult();
                    if (report.IsDone)
                    {
                        break;
                    }
                }
                catch (InvalidOperationException)
                {
                    // Killed.
                }
            }

            for (var letter = 0; letter < sample.letters; letter++)
            {
                var text = $"letter {letter}\n";
                Assert.InRange(rig.Taken.Count(taken => taken == text), 1, 1 + unknown.Count(taken => taken == text));
            }
        }), 60);
    }
}
