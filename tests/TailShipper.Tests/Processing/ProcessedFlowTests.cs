using Shipper.RecordProcessing;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Framing;
using Shipper.TailShipper.Tests.Simulation;
using Shipper.TailShipper.Tests.Tailing;
using Shipper.TailShipper.Wire.Records;
using Xunit;

namespace Shipper.TailShipper.Tests.Processing;

/// <summary>Flows that process, on a simulated disk: offsets stay those of the file, and every byte has one fate.</summary>
public sealed class ProcessedFlowTests
{
    private static readonly ProcessingOptions Csv = new()
    {
        Type = ProcessingType.CsvToJson,
        Names = ["id", "text"],
        Unmatched = UnmatchedRule.DeadLetter,
    };

    private static readonly ProcessingOptions NoDebug = new() { Type = ProcessingType.Exclude, Pattern = "debug" };

    [Theory]
    [InlineData(1)]
    [InlineData(500)]
    public void What_arrives_is_what_the_chain_makes_of_each_line(int linesOfRecord)
    {
        var stage = Stage([Csv], linesOfRecord);
        stage.Disk.Append("/logs/app.log", "1,one\n2,\"two, quoted\"\n3,three\n");
        stage.Start();
        stage.Run(5);

        Assert.Equal(
            """
            {"id":"1","text":"one"}
            {"id":"2","text":"two, quoted"}
            {"id":"3","text":"three"}

            """,
            stage.Delivered.ToString());
        AssertSettled(stage, "1,one\n2,\"two, quoted\"\n3,three\n".Length);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(500)]
    public void A_line_that_a_filter_leaves_out_is_settled_as_filtered(int linesOfRecord)
    {
        const string first = "debug a\nb\ndebug c\nd\ndebug e\n";
        var stage = Stage([NoDebug], linesOfRecord);
        stage.Disk.Append("/logs/app.log", first);
        stage.Start();
        stage.Run(5);
        stage.Disk.Append("/logs/app.log", "debug only\n");
        stage.Run(5);

        Assert.Equal("b\nd\n", stage.Delivered.ToString());
        Assert.Equal(4, stage.Counters.RecordsFiltered);
        Assert.Equal("debug a\ndebug c\ndebug e\ndebug only\n".Length, stage.Counters.BytesFiltered);
        Assert.Equal("b\nd\n".Length, stage.Counters.BytesAcknowledged);
        AssertSettled(stage, first.Length + "debug only\n".Length);
    }

    [Fact]
    public void A_line_that_cannot_be_processed_is_a_dead_letter_as_it_is_in_the_file()
    {
        var stage = Stage([new() { Type = ProcessingType.Redact, Fields = ["card"] }]);
        stage.Disk.Append("/logs/app.log", "{\"card\":\"4111\"}\nno JSON\n{\"card\":\"4222\"}\n");
        stage.Start();
        stage.Run(5);

        Assert.Equal("{\"card\":\"***\"}\n{\"card\":\"***\"}\n", stage.Delivered.ToString());
        Assert.Equal("no JSON\n", LettersOf(stage));
        AssertSettled(stage, "{\"card\":\"4111\"}\nno JSON\n{\"card\":\"4222\"}\n".Length);
    }

    [Theory]
    [InlineData("utf-8", "")]
    [InlineData("utf-8", "\uFEFF")]
    [InlineData("utf-16LE", "\uFEFF")]
    [InlineData("utf-16BE", "\uFEFF")]
    public void Names_come_from_each_files_first_line_also_after_a_restart_and_a_rotation(string encoding, string mark)
    {
        var stage = Stage([new() { Type = ProcessingType.CsvToJson, NamesFromHeader = true, Unmatched = UnmatchedRule.DeadLetter }]);
        stage.Options = stage.Options with { Patterns = ["/logs/app.log*"], Framing = new FramingSettings(SkipHeaderLines: 1) };
        var bytes = System.Text.Encoding.GetEncoding(encoding);
        stage.Disk.Append("/logs/app.log", bytes.GetBytes(mark + "id,text\r\n1,a\r\n"));
        stage.Start();
        stage.Run(5);
        stage.Stop();
        stage.Disk.Append("/logs/app.log", bytes.GetBytes("2,b\r\n"));
        stage.Start();
        stage.Run(5);
        stage.Disk.Rename("/logs/app.log", "/logs/app.log.1");
        stage.Disk.Append("/logs/app.log", bytes.GetBytes(mark + "n\r\n3\r\n"));
        stage.Run(10);
        stage.Disk.Append("/logs/app.log.1", bytes.GetBytes("4,d\r\n"));
        stage.Run(30);

        Assert.Equal(
            "{\"id\":\"1\",\"text\":\"a\"}\n{\"id\":\"2\",\"text\":\"b\"}\n{\"n\":\"3\"}\n{\"id\":\"4\",\"text\":\"d\"}\n",
            stage.Delivered.ToString());
        Assert.Empty(stage.DeadLetters.Letters);
    }

    [Fact]
    public void A_dead_letter_that_cannot_be_written_holds_its_line_until_it_can()
    {
        var stage = Stage([new() { Type = ProcessingType.Redact, Fields = ["card"] }]);
        stage.DeadLetters.Fault = "No space left on device";
        stage.Disk.Append("/logs/app.log", "no JSON\n{}\n");
        stage.Start();
        stage.Run(20);
        Assert.Equal("{}\n", stage.Delivered.ToString());
        Assert.Equal(0, Committed(stage));
        Assert.Null(stage.Shipper!.Violation);

        stage.DeadLetters.Fault = null;
        stage.Run(10);

        Assert.Equal("no JSON\n", LettersOf(stage));
        AssertSettled(stage, "no JSON\n{}\n".Length);
    }

    [Fact]
    public void A_record_that_is_too_long_after_processing_is_a_dead_letter()
    {
        var stage = Stage([new() { Type = ProcessingType.Metadata, Members = [new() { Name = "m", Value = new string('x', 3990) }] }]);
        stage.Options = stage.Options with { Limits = new ServiceLimits(10, 16_000, 4000) };
        stage.Disk.Append("/logs/app.log", "{\"a\":\"0123456789\"}\n{}\n");
        stage.Start();
        stage.Run(5);

        Assert.Equal("{\"a\":\"0123456789\"}\n", LettersOf(stage));
        Assert.Equal("{\"m\":\"\"}\n".Length + 3990, stage.Delivered.Length);
    }

    [Fact]
    public void A_record_that_is_too_long_after_processing_is_cut_between_characters_where_the_flow_truncates()
    {
        var stage = Stage([Csv]);
        stage.Options = stage.Options with { Limits = new ServiceLimits(10, 16_000, 30), Oversize = OversizePolicy.Truncate };
        stage.Disk.Append("/logs/app.log", "1,abcdefghijü...\n2,b\n");
        stage.Start();
        stage.Run(5);

        Assert.Equal(
            "{\"id\":\"1\",\"text\":\"abcdefghij\n{\"id\":\"2\",\"text\":\"b\"}\n",
            stage.Delivered.ToString());
        Assert.Equal((1, "ü...\"}".Length + 1), (stage.Counters.LinesOversize, stage.Counters.BytesTruncated));
        AssertSettled(stage, "1,abcdefghijü...\n2,b\n".Length + 1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(500)]
    public void A_record_that_is_too_long_after_processing_comes_in_pieces_where_the_flow_splits(int linesOfRecord)
    {
        var stage = Stage([Csv], linesOfRecord);
        stage.Options = stage.Options with { Limits = new ServiceLimits(3, 16_000, 30), Oversize = OversizePolicy.Split };
        var lines = string.Concat(Enumerable.Range(0, 9).Select(number => $"{number},a line of 26 bytes + {number}\n1,b\n"));
        stage.Disk.Append("/logs/app.log", lines);
        stage.Start();
        stage.Run(20);

        Assert.Equal(
            string.Concat(Enumerable.Range(0, 9).Select(number =>
                $"{{\"id\":\"{number}\",\"text\":\"a line of 2\n6 bytes + {number}\"}}\n{{\"id\":\"1\",\"text\":\"b\"}}\n")),
            stage.Delivered.ToString());
        Assert.Equal(9, stage.Counters.LinesOversize);
        Assert.Empty(stage.DeadLetters.Letters);
        AssertSettled(stage, lines.Length);
    }

    [Fact]
    public void A_line_that_is_too_long_before_processing_is_a_dead_letter_whole_whatever_the_flow_says()
    {
        var stage = Stage([Csv]);
        stage.Options = stage.Options with { Limits = new ServiceLimits(3, 16_000, 30), Oversize = OversizePolicy.Split };
        stage.Disk.Append("/logs/app.log", "1,a line of thirty-one bytes..\n2,b\n");
        stage.Start();
        stage.Run(5);

        Assert.Equal("{\"id\":\"2\",\"text\":\"b\"}\n", stage.Delivered.ToString());
        Assert.Equal("1,a line of thirty-one bytes..\n", LettersOf(stage));
    }

    /// <summary>Pieces of one record in several calls, with refusals, kills and power cuts in between.</summary>
    [Fact]
    public void Every_piece_of_a_record_arrives_however_often_the_process_dies()
    {
        var repeats = 0;
        for (var seed = 1; seed <= 60; seed++)
        {
            var random = new Random(seed);
            var stage = new Stage(
                new StageOptions
                {
                    Processing = [Csv],
                    Limits = new ServiceLimits(random.Next(1, 6), 300, 40),
                    Oversize = OversizePolicy.Split,
                    MaxCalls = random.Next(1, 4),
                },
                seed);
            var expected = new List<string>();
            for (var (round, line) = (0, 0); round < 10; round++)
            {
                stage.Firehose.Mood = random.Next(3) == 0 ? _ => FirehoseMood.FailBefore : _ => FirehoseMood.Accept;
                if (stage.Shipper is null)
                {
                    stage.Start();
                }

                for (var end = line + random.Next(20); line < end; line++)
                {
                    var text = string.Concat(Enumerable.Repeat($"_{line:000}", 8));
                    stage.Disk.Append("/logs/app.log", $"{line},{text}\n");
                    expected.AddRange($"{{\"id\":\"{line}\",\"text\":\"{text}\"}}".Chunk(39).Select(piece => new string(piece) + "\n"));
                }

                stage.Run(random.NextDouble() * 2);
                if (random.Next(3) == 0)
                {
                    stage.Kill(powerCut: random.Next(2) == 0);
                }

                Assert.Null(stage.Shipper?.Violation);
            }

            stage.Firehose.Mood = _ => FirehoseMood.Accept;
            if (stage.Shipper is null)
            {
                stage.Start();
            }

            stage.Run(60);
            var delivered = stage.Delivered.ToString();
            Assert.Equal(expected.Distinct().Order(StringComparer.Ordinal), Distinct(delivered));
            Assert.Equal(0, stage.Counters.BytesInFlight);
            Assert.Null(stage.Shipper!.Violation);
            repeats += delivered.Count(value => value == '\n') - expected.Count;
        }

        Assert.NotEqual(0, repeats); // pieces were on their way when it died
    }

    [Fact]
    public void A_last_line_without_its_end_is_processed_like_any_other()
    {
        var stage = Stage([Csv]);
        stage.Options = stage.Options with { UnfinishedLineWait = TimeSpan.FromSeconds(2) };
        stage.Disk.Append("/logs/app.log", "1,one");
        stage.Start();
        stage.Run(10);

        Assert.Equal("{\"id\":\"1\",\"text\":\"one\"}\n", stage.Delivered.ToString());
    }

    [Fact]
    public void A_replay_has_the_origin_of_what_it_replays_also_after_a_restart()
    {
        var stage = Stage([new() { Type = ProcessingType.Provenance }]);
        stage.Disk.Append("/logs/app.log", "{\"n\":1}\n{\"n\":2}\n");
        stage.Start();
        stage.Run(5);
        var first = stage.Delivered.ToString();
        stage.Shipper!.Thread.Inside(() => _ = stage.Shipper.Loop.PostAsync(tailer => tailer.Rewind(_ => 0)));
        stage.Run(5);
        Assert.Equal(WithoutHostAndId(first + first), WithoutHostAndId(stage.Delivered.ToString()));

        stage.Stop();
        stage.Disk.Append("/logs/app.log", "{\"n\":3}\n");
        stage.Start();
        stage.Run(5);

        Assert.Contains("\"o\":16,\"l\":8}}", stage.Delivered.ToString(), StringComparison.Ordinal);
        var streams = System.Text.RegularExpressions.Regex.Matches(stage.Delivered.ToString(), "\"f\":([0-9]+)")
            .Select(match => match.Value);
        Assert.Single(streams.Distinct());
    }

    /// <summary>A kill at any moment after a file appeared: what is sent again has the same stream as before.</summary>
    [Fact]
    public void What_is_sent_again_after_a_kill_has_the_origin_that_it_had()
    {
        var (repeats, seed) = (0, 0);
        for (var moment = 0.1; moment < 3; moment += 0.05)
        {
            var stage = new Stage(
                new StageOptions { Processing = [new() { Type = ProcessingType.Provenance }], Patterns = ["/logs/*.log"] }, ++seed);
            stage.Disk.Append("/logs/app.log", "{\"n\":1}\n{\"n\":2}\n");
            stage.Start();
            stage.Run(moment);
            stage.Disk.Append("/logs/other.log", "{\"n\":3}\n");
            stage.Run(moment / 2);
            stage.Kill(powerCut: true);
            stage.Start();
            stage.Run(10);
            repeats += RepeatsOfThreeLines(stage);
        }

        Assert.NotEqual(0, repeats);
    }

    /// <summary>As above, of a file that was seen empty: nothing but its inode is known of it then.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_is_sent_again_of_a_file_that_began_empty_has_the_origin_that_it_had(bool hasBirthTimes)
    {
        var (repeats, seed) = (0, 0);
        for (var moment = 0.1; moment < 3; moment += 0.05)
        {
            var stage = new Stage(
                new StageOptions
                {
                    Processing = [new() { Type = ProcessingType.Provenance }],
                    Patterns = ["/logs/*.log"],
                    MaxBatchAge = TimeSpan.FromSeconds(0.1),
                },
                ++seed);
            stage.Disk.HasBirthTimes = hasBirthTimes;
            stage.Disk.Append("/logs/app.log", "");
            stage.Start();
            stage.Run(seed % 5 * 0.1);
            stage.Disk.Append("/logs/app.log", "{\"n\":1}\n{\"n\":2}\n");
            stage.Run(moment);
            stage.Kill(powerCut: true);
            stage.Disk.Append("/logs/app.log", "{\"n\":3}\n");
            stage.Start();
            stage.Run(10);
            repeats += RepeatsOfThreeLines(stage);
        }

        Assert.NotEqual(0, repeats);
    }

    /// <summary>Three different lines arrived, each with one origin; how many arrived again.</summary>
    private static int RepeatsOfThreeLines(Stage stage)
    {
        var lines = WithoutHostAndId(stage.Delivered.ToString()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Distinct().Count());
        return lines.Length - 3;
    }

    [Fact]
    public void A_journal_that_cannot_be_written_does_not_hold_lines_with_their_origin_for_long()
    {
        var stage = Stage([new() { Type = ProcessingType.Provenance }]);
        stage.StateDisk.Fault = (_, _) => throw new IOException("No space left on device");
        stage.Disk.Append("/logs/app.log", "{\"n\":1}\n");
        stage.Start();
        stage.Run(8);

        Assert.Contains("{\"n\":1,", stage.Delivered.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Text_of_UTF16_is_processed_as_UTF8()
    {
        var stage = Stage([Csv]);
        stage.Disk.Append("/logs/app.log", [0xFF, 0xFE, .. System.Text.Encoding.Unicode.GetBytes("1,grün\n2,blau\n")]);
        stage.Start();
        stage.Run(5);

        Assert.Equal(
            "{\"id\":\"1\",\"text\":\"grün\"}\n{\"id\":\"2\",\"text\":\"blau\"}\n",
            System.Text.Encoding.UTF8.GetString(System.Text.Encoding.Latin1.GetBytes(stage.Delivered.ToString())));
    }

    /// <summary>
    /// Lines of three kinds, sent, left out and set aside, with kills, power cuts, refusals, full dead letters and rotations in between.
    /// </summary>
    [Fact]
    public void Every_line_has_its_fate_however_often_the_process_dies()
    {
        for (var seed = 1; seed <= 60; seed++)
        {
            PlayKills(seed);
        }
    }

    private static void PlayKills(int seed)
    {
        var random = new Random(seed);
        var stage = new Stage(
            new StageOptions
            {
                Patterns = ["/logs/app.log*"],
                Processing = [NoDebug, new() { Type = ProcessingType.Redact, Fields = ["card"] }],
                Packing = random.Next(2) == 0 ? null : new Packing(900, random.Next(1, 9)),
                MaxCalls = random.Next(1, 4),
                MemoryChunks = random.Next(2, 6),
            },
            seed);
        var (sent, setAside) = (new List<string>(), new List<string>());
        for (var (round, line) = (0, 0); round < 12; round++)
        {
            stage.DeadLetters.Fault = random.Next(4) == 0 ? "No space left on device" : null;
            stage.Firehose.Mood = random.Next(3) == 0 ? _ => FirehoseMood.FailBefore : _ => FirehoseMood.Accept;
            if (stage.Shipper is null)
            {
                stage.Start();
            }

            for (var end = line + random.Next(40); line < end; line++)
            {
                var kind = random.Next(4);
                stage.Disk.Append("/logs/app.log", kind switch
                {
                    0 => $"debug {line}\n",
                    1 => $"bad {line}\n",
                    _ => $$"""{"n":{{line}},"card":"1"}""" + "\n",
                });
                (kind == 0 ? [] : kind == 1 ? setAside : sent).Add(
                    kind == 1 ? $"bad {line}\n" : $$"""{"n":{{line}},"card":"***"}""" + "\n");
            }

            stage.Run(random.NextDouble() * 3);
            switch (random.Next(4))
            {
                case 0:
                    stage.Kill(powerCut: random.Next(2) == 0);
                    break;
                case 1 when stage.Disk.Exists("/logs/app.log"):
                    stage.Disk.Rename("/logs/app.log", $"/logs/app.log.{round}");
                    stage.Disk.Append("/logs/app.log", "");
                    break;
            }

            Assert.Null(stage.Shipper?.Violation);
        }

        stage.DeadLetters.Fault = null;
        stage.Firehose.Mood = _ => FirehoseMood.Accept;
        if (stage.Shipper is null)
        {
            stage.Start();
        }

        stage.Run(60);
        var delivered = stage.Delivered.ToString();
        Assert.DoesNotContain("debug", delivered, StringComparison.Ordinal);
        Assert.DoesNotContain("\"card\":\"1\"", delivered, StringComparison.Ordinal);
        Assert.Equal(sent.Order(StringComparer.Ordinal), Distinct(delivered));
        Assert.Equal(setAside.Order(StringComparer.Ordinal), Distinct(LettersOf(stage)));
        Assert.Equal(0, stage.Counters.BytesInFlight);
        Assert.Null(stage.Shipper!.Violation);
    }

    // Each simulated process makes an id of its own.
    private static string WithoutHostAndId(string lines) =>
        System.Text.RegularExpressions.Regex.Replace(lines, "\"s\":\"[0-9a-f]*\"", "");

    private static long Committed(Stage stage) => stage.Known().Single(stream => stream.Path == "/logs/app.log").Committed;

    private static string LettersOf(Stage stage) =>
        string.Concat(stage.DeadLetters.Letters.Select(letter => System.Text.Encoding.UTF8.GetString(letter.Bytes)));

    private static IEnumerable<string> Distinct(string lines) =>
        lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line + "\n").Distinct().Order(StringComparer.Ordinal);

    private static Stage Stage(IReadOnlyList<ProcessingOptions> steps, int linesOfRecord = 1) => new(new StageOptions
    {
        Processing = steps,
        Packing = linesOfRecord == 1 ? null : new Packing(10_000, linesOfRecord),
    });

    /// <summary>Every byte of the file is settled, and the checkpoint says so.</summary>
    private static void AssertSettled(Stage stage, int bytes)
    {
        RotationTests.Settled(stage);
        Assert.Null(stage.Shipper!.Violation);
        Assert.Equal(bytes, stage.Counters.BytesRead);
        Assert.Equal(bytes, Committed(stage));
    }
}
