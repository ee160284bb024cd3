using System.Globalization;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Shipper.Foundation.Configuration;
using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Checkpoints.Journal;
using Shipper.TailShipper.Checkpoints.Replay;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.DeadLetters;
using Shipper.TailShipper.Delivery;
using Shipper.TailShipper.Flows.Validation;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tests.Checkpoints;
using Shipper.TailShipper.Tests.Support;
using Shipper.TailShipper.Wire;
using Shipper.TailShipper.Wire.Answers;
using Xunit;

namespace Shipper.TailShipper.Tests.Fuzzing;

/// <summary>
/// Whatever a file of the state directory, the configuration or an answer holds, its parser ends, with a result or with its own refusal,
/// and allocates a bounded amount. <c>SHIPPER_FUZZ_RUNS</c> says how many inputs each gets, <c>SHIPPER_FUZZ_SEED</c> where to begin,
/// <c>SHIPPER_FUZZ_REPORT</c> names a file for the figures; tests/campaigns/fuzz.sh sets them.
/// </summary>
public sealed class ParserFuzzTests
{
    private const int DefaultRuns = 2_000;
    private const long MostAllocated = 100L * 1024 * 1024;
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void A_line_of_the_journal()
    {
        var reader = new JournalLineReader();
        Fuzz("journal lines", JournalLines(), (input, random) =>
        {
            var line = random.Next(5) > 0 ? Sealed(input) : input;
            if (reader.TryRead(line, out var entry, out _))
            {
                var table = new CheckpointTable();
                table.Apply(entry);
                Assert.True(table.HighestStream >= 0, "a number that was counted up must not become negative");
            }
        });
    }

    [Fact]
    public void A_state_directory_with_a_damaged_journal()
    {
        var host = new JournalHost();
        host.Journal.Record(Some.Checkpoint(1, 100));
        host.Flush();
        host.Journal.Record(Some.Checkpoint(1, 200));
        host.Flush();
        var files = host.Disk.Files.Where(file => file.Key.StartsWith("checkpoints", StringComparison.Ordinal)).ToList();
        Fuzz("state directories", [.. files.Select(file => file.Value)], (input, random) =>
        {
            var disk = host.Disk.Copy();
            disk.Put(files[random.Next(files.Count)].Key, random.Next(2) > 0 ? SealedLines(input) : input);
            try
            {
                JournalRecovery.Recover(disk);
            }
            catch (CheckpointsUnusableException)
            {
                // Refused, with a reason.
            }
        }, cost: 5);
    }

    [Fact]
    public void Dead_letters()
    {
        byte[][] documents =
        [
            Bytes("""
                {"at":"2026-01-02T03:04:05Z","flow":"o","path":"/a.log","stream":7,"start":10,"end":13,"reason":"no","data":"YWJj"}

                """),
            Bytes(
                """{"at":"2026-01-02T03:04:05Z","flow":"o","path":"/a","stream":7,"start":10,"end":13,"line_start":1,"line_end":90"""
                + ""","encoding":"utf-16le","reason":"no","data":"YWJj"}""" + "\n"),
        ];
        Fuzz("dead letters", documents, (input, _) =>
        {
            foreach (var letter in new DeadLetterReader("/nowhere").Read(new MemoryStream(input)))
            {
                Assert.True(letter.Bytes <= input.Length);
            }
        });
    }

    [Fact]
    public void Marks_of_what_was_resent() => Fuzz(
        "resent marks",
        [Bytes("{\"id\":\"0123456789abcdef\",\"at\":\"2026-01-02T03:04:05Z\"}\n{\"id\":\"00\",\"sent_to\":4096,\"at\":\"\"}\n")],
        (input, _) =>
        {
            var disk = new InMemoryStateDirectory();
            disk.Put("resent-1.marks", input);
            ResentDeadLetters.Load(disk).Dispose();
        });

    [Fact]
    public void The_learned_pace() => Fuzz(
        "learned paces",
        [
            Bytes(
                """[{"Stream":"orders","Rate":1048576,"BodyBytes":4194304,"At":"2026-01-02T03:00:00+00:00"},"""
                + """{"Stream":"free","Rate":null,"BodyBytes":null,"At":"2026-01-02T03:00:00+00:00"}]"""),
        ],
        (input, _) =>
        {
            var disk = new InMemoryStateDirectory();
            disk.Put(LearnedPaceFile.Name, input);
            Assert.All(new LearnedPaceFile(disk, new FakeTimeProvider(Now), NullLogger.Instance).Read().Values, pace =>
                Assert.True(pace.Rate is null or > 0));
        });

    [Fact]
    public void Requests() => Fuzz(
        "requests",
        [
            Bytes("""{"flow":"orders","kind":"FromOffset","path":"/var/log/a.log","offset":4096}"""),
            Bytes("""{"flow":"orders","kind":"Since","since":"2026-01-02T03:00:00+00:00"}"""),
        ],
        (input, _) =>
        {
            var state = new InMemoryStateDirectory();
            ((InMemoryStateDirectory)state.Subdirectory("requests")).Put("0123456789abcdef0123456789abcdef.json", input);
            if (new ReplayRequests(state, new FakeTimeProvider(Now), NullLogger<ReplayRequests>.Instance).TryTake() is { } ticket)
            {
                ReplayTarget.Of(ticket.Request, Some.Checkpoint(1, 100));
            }
        });

    [Fact]
    public void Answers_to_a_batch()
    {
        byte[][] documents =
        [
            Bytes("""{"Encrypted":false,"FailedPutCount":0,"RequestResponses":[{"RecordId":"a"},{"RecordId":"b"}]}"""),
            Bytes("""{"FailedPutCount":1,"RequestResponses":[{"RecordId":"a"},{"ErrorCode":"InternalFailure","ErrorMessage":"m"}]}"""),
            Bytes("""{"FailedRecordCount":0,"Records":[{"SequenceNumber":"1","ShardId":"s"},{"SequenceNumber":"2","ShardId":"s"}]}"""),
        ];
        Fuzz("answers", documents, (input, _) =>
        {
            foreach (var shape in (AnswerShape[])[AnswerShape.PutRecordBatch, AnswerShape.PutRecords])
            {
                var answer = BatchAnswer.Parse(input, 2, shape);
                Assert.True(answer.Problem is not null || answer.Refused.Count <= 2, "more records refused than were sent");
            }
        });
    }

    [Fact]
    public void Error_answers() => Fuzz(
        "error answers",
        [
            Bytes("""{"__type":"com.amazonaws.firehose#ServiceUnavailableException","message":"Slow down."}"""),
            Bytes("<html><body>502 Bad Gateway</body></html>"),
        ],
        (input, random) =>
        {
            var answer = ErrorAnswer.Parse(400 + random.Next(200), random.Next(2) > 0 ? Encoding.Latin1.GetString(input) : null, input);
            Assert.InRange(answer.Code.Length, 1, 100);
            Assert.DoesNotContain(MessageSanitizer.Clean(answer.Message, null) ?? "", char.IsControl);
        });

    [Fact]
    public void Summaries_of_streams() => Fuzz(
        "stream summaries",
        [Bytes("""{"StreamDescriptionSummary":{"MaxRecordSizeInKiB":2048,"RecordDistributionStrategy":"AUTO","StreamName":"orders"}}""")],
        (input, _) => StreamSummaries.Read(input));

    [Fact]
    public void Configurations() => Fuzz(
        "configurations",
        [
            Encoding.UTF8.GetBytes(File.ReadAllText(RepositoryFiles.PathOf("deploy/config/tailshipper.json"))),
            Bytes("""
                {"Shipper":{"StateDirectory":"/s","MaxBufferBytes":"64MiB","ShutdownTimeout":"25s",
                "Aws":{"Region":"eu-west-1","Proxy":"http://p:1"},
                "Flows":[{"Name":"orders","Paths":["/var/log/**/*.log"],"Exclude":["*.gz"],"DeliveryStream":"orders",
                "MultiLine":{"StartsWith":"^a+$"},"Encoding":"Utf8","PollInterval":"1s","PartitionKey":"random"}]},
                "Serilog":{"MinimumLevel":{"Default":"Information"}}}
                """),
        ],
        (input, _) =>
        {
            var problems = new ConfigurationProblems();
            var file = Path.Join(Scratch.Value, "appsettings.json");
            File.WriteAllBytes(file, input);
            var configuration = ServiceConfiguration.Build([file], [], problems);
            var options = StrictBinder.Bind<ShipperOptions>(configuration.GetSection("Shipper"), problems);
            ShipperOptionsValidator.Validate(options, problems);
            Assert.All(problems.All, problem => Assert.NotEmpty(problem.Fix));
        },
        cost: 100);

    private static readonly Lazy<string> Scratch = new(() => Directory.CreateTempSubdirectory("fuzz-").FullName);

    private static void Fuzz(string what, IReadOnlyList<byte[]> documents, Action<byte[], Random> parse, int cost = 1)
    {
        var first = Number("SHIPPER_FUZZ_SEED") ?? 1;
        var runs = Math.Max(1, (Number("SHIPPER_FUZZ_RUNS") ?? DefaultRuns) / cost);
        var mutator = new Mutator(documents);
        var most = 0L;
        for (var seed = first; seed < first + runs; seed++)
        {
            var random = new Random(seed);
            var input = mutator.Next(random);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                parse(input, random);
            }
            catch (Exception exception)
            {
                Assert.Fail(
                    $"{what}, seed {seed} (SHIPPER_FUZZ_SEED={seed} SHIPPER_FUZZ_RUNS=1): {exception}\n{Convert.ToBase64String(input)}");
            }

            most = Math.Max(most, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.True(most < MostAllocated, $"{what}, seed {seed}: {most} bytes allocated for {input.Length}");
        }

        if (Environment.GetEnvironmentVariable("SHIPPER_FUZZ_REPORT") is { Length: > 0 } report)
        {
            File.AppendAllText(report, string.Create(
                CultureInfo.InvariantCulture,
                $"fuzz: {what}: {runs} inputs from seed {first}, at most {most / 1024} KiB allocated for one\n"));
        }
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;

    private static byte[][] JournalLines()
    {
        using var writer = new JournalLineWriter();
        foreach (var entry in (JournalEntry[])
            [
                new JournalEntry.Header(1, 1, 12, 3, 1_000_004, Some.Time),
                new JournalEntry.Full(2, Some.Checkpoint(1, 10) with { Marks = [new TimeMark(Some.Time, 0), new TimeMark(Some.Time, 5)] }),
                new JournalEntry.Full(2, Some.Checkpoint(1, 10) with { Path = "/größe \" \\.log", Gaps = [new ByteSpan(1, 2)] }),
                new JournalEntry.Commit(3, new StreamId(4), 5, new Fingerprint(6, 99), 7, Some.Time),
                new JournalEntry.Forget(4, new StreamId(3)),
                new JournalEntry.Footer(5, 3),
            ])
        {
            writer.Write(entry);
        }

        return [.. Encoding.UTF8.GetString(writer.Written).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Bytes)];
    }

    // Puts the right checksum on a damaged line: without it every reader stops there.
    private static byte[] Sealed(byte[] line)
    {
        const int trailer = 18; // ,"crc":"01234567"}
        var content = line.AsSpan(0, Math.Max(0, line.Length - trailer));
        return [.. content, .. Bytes($",\"crc\":\"{JournalChecksum.Of(content):x8}\"}}")];
    }

    private static byte[] SealedLines(byte[] file)
    {
        var lines = new List<byte>();
        foreach (var range in file.AsSpan().Split((byte)'\n'))
        {
            lines.AddRange(Sealed(file[range]));
            lines.Add((byte)'\n');
        }

        return [.. lines];
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
