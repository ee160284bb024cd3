using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Shipper.RecordProcessing.Tests;

/// <summary>
/// Whatever the bytes are: no exception, a bounded result, and each step counts every record that it got. <c>SHIPPER_FUZZ_RUNS</c> says how
/// many chains, <c>SHIPPER_FUZZ_SEED</c> where to begin.
/// </summary>
public sealed class AnyRecordTests
{
    private const int MaxGrowth = 6; // of JSON's escapes, each time a record becomes a string
    private const int MaxAdded = 2000; // of names and members

    private static readonly int First = Number("SHIPPER_FUZZ_SEED", 1);
    private static readonly int Runs = Number("SHIPPER_FUZZ_RUNS", 500);

    private static readonly string[] Pieces = ["\"", "\\", "\n", "[", "]", "{", " ", "\uFEFF", "-", "\\ud800", "\"\\udc00\":"];

    private static readonly string[] Seeds =
    [
        "536365,85123A,\"WHITE \"\"HEART\"\", x\",6,12/1/2010 8:26,2.55,17850,United Kingdom\n",
        "192.0.2.1 - - [04/Mar/2026:05:06:07 +0000] \"GET /a\\\"b\\x41 HTTP/1.1\" 200 1234 \"-\" \"curl/8.0\"\n",
        "[Wed Mar 04 05:06:07.1 2026] [core:error] [pid 1:tid 2] [client [2001:db8::1]:56] AH1: x\n",
        "<34>Mar  4 05:06:07 host1 sshd[12]: hi Größe 🎁\n",
        "2026-03-04T05:06:07.123456+00:00 host1 sshd[12]: hi\n",
        "<34>1 2003-10-11T22:14:15.003Z h su - ID47 [a b=\"c\\\"d\"][e] text\n",
        "{\"id\":7,\"$src\":{\"a\":[1,{\"email\":\"x\"}]},\"customer\":{\"email\":\"a@b\"},\"d\":1.50e3}\n",
        "java.lang.IllegalStateException: x\r\n\tat a.b(C.java:1)\n\n",
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Any_bytes_through_any_chain(bool isAgent)
    {
        for (var seed = First; seed < First + Runs; seed++)
        {
            var random = new Random(seed);
            var steps = Enumerable.Range(0, random.Next(1, 4)).Select(_ => Step(random, isAgent)).ToArray();
            var chain = Chains.Of(steps);
            for (var record = 0; record < 20; record++)
            {
                Check(chain, steps, Record(random), isAgent, $"seed {seed}, record {record}");
            }
        }
    }

    [Theory]
    [InlineData("""{"\ud800":1,"x":"\udc00"}""")]
    [InlineData("""{"\ud800src":{"\uDFFF":[{"\ud800x":1}]}}""")]
    [InlineData("""{"a":1e999999,"b":-0,"c":"\u0000"}""")]
    public void Half_a_surrogate_pair_is_a_name_like_others(string record)
    {
        foreach (var type in new[] { ProcessingType.Provenance, ProcessingType.Redact, ProcessingType.Ec2Metadata })
        {
            var options = new ProcessingOptions { Type = type, Fields = type == ProcessingType.Redact ? ["x", "$src.y.x"] : [] };
            var processed = Chains.Of(options).Process(Encoding.UTF8.GetBytes(record + "\n"), Chains.Origin);
            Assert.Equal(ProcessedOutcome.Send, processed.Outcome);
            Assert.Equal(-1, processed.Step);
        }

        var agent = new ProcessingOptions { Type = ProcessingType.Ec2Metadata, Compatibility = ProcessingCompatibility.Agent };
        Assert.NotNull(Chains.Of(agent).Run(record + "\n"));
    }

    [Fact]
    public void Fields_come_back_whatever_they_are()
    {
        var texts = ArbMap.Default.ArbFor<NonNull<string>>().Generator.Select(text => text.Get).ListOf(5);
        Prop.ForAll(texts.ToArbitrary(), fields =>
        {
            var valid = fields.Select(field => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(field))).ToArray();
            var line = string.Join(';', valid.Select(field => $"'{field.Replace("'", "''", StringComparison.Ordinal)}'")) + "\r\n";
            var options = new ProcessingOptions
            {
                Type = ProcessingType.CsvToJson,
                Names = ["a", "b", "c", "d", "e"],
                Delimiter = ";",
                Quote = "'",
            };
            using var json = JsonDocument.Parse(Chains.Of(options).Run(line)!);
            Assert.Equal(valid, json.RootElement.EnumerateObject().Select(member => member.Value.GetString()));
        }).QuickCheckThrowOnFailure();
    }

    private static void Check(RecordChain chain, ProcessingOptions[] steps, byte[] record, bool isAgent, string name)
    {
        var entered = chain.Counts.Select(Total).ToArray();
        var processed = chain.Process(record, Chains.Origin);
        var came = processed.Step < 0 ? steps.Length : processed.Step + 1;
        Assert.Equal(
            entered.Select((total, step) => total + (step < came ? 1 : 0)), chain.Counts.Select(Total));
        var bound = (record.Length + (steps.Length * MaxAdded)) * Math.Pow(MaxGrowth, steps.Length);
        Assert.True(processed.Bytes.Length <= bound, $"{name}: {record.Length} bytes became {processed.Bytes.Length}");
        if (!isAgent && processed.Outcome == ProcessedOutcome.Send)
        {
            Assert.True(processed.Bytes.EndsWith("\n"u8) && !processed.Bytes.EndsWith("\n\n"u8), name);
            if (steps.Length == 1 && IsJson(steps[0].Type) && chain.Counts[0].Unmatched == 0)
            {
                using var json = JsonDocument.Parse(processed.Bytes.ToArray());
                Assert.Equal(JsonValueKind.Object, json.RootElement.ValueKind);
            }
        }
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), out var number) ? number : otherwise;

    private static long Total(ProcessingCount count) => count.Matched + count.Unmatched + count.Filtered + count.Errors;

    private static bool IsJson(ProcessingType? type) => type <= ProcessingType.PatternToJson || type is ProcessingType.Provenance;

    private static byte[] Record(Random random)
    {
        var record = Encoding.UTF8.GetBytes(Seeds[random.Next(Seeds.Length)]).ToList();
        for (var change = random.Next(6); change > 0; change--)
        {
            var at = random.Next(record.Count + 1);
            switch (random.Next(4))
            {
                case 0:
                    record.Insert(at, (byte)random.Next(256));
                    break;
                case 1:
                    record.InsertRange(at, Encoding.UTF8.GetBytes(Pieces[random.Next(Pieces.Length)]));
                    break;
                case 2 when at < record.Count:
                    record.RemoveRange(at, Math.Min(random.Next(9), record.Count - at));
                    break;
                case 3 when at < record.Count:
                    record[at] = (byte)random.Next(256);
                    break;
            }
        }

        return [.. record];
    }

    private static ProcessingOptions Step(Random random, bool isAgent)
    {
        ProcessingType[] agents =
        [
            ProcessingType.CsvToJson, ProcessingType.ApacheCommonToJson, ProcessingType.ApacheCombinedToJson,
            ProcessingType.ApacheErrorToJson, ProcessingType.SyslogToJson, ProcessingType.Rfc3339SyslogToJson,
            ProcessingType.PatternToJson, ProcessingType.SingleLine, ProcessingType.Metadata, ProcessingType.Ec2Metadata,
            ProcessingType.Brackets,
        ];
        var type = isAgent ? agents[random.Next(agents.Length)] : Enum.GetValues<ProcessingType>()[random.Next(17)];
        var options = new ProcessingOptions { Type = type };
        if (isAgent)
        {
            options.Compatibility = ProcessingCompatibility.Agent;
        }

        var keys = ProcessingValidation.KeysOf(type, options.Compatibility);
        if (keys.Contains(nameof(options.Unmatched)))
        {
            options.Unmatched = (UnmatchedRule)random.Next(type == ProcessingType.MaxSize ? 1 : 0, 3);
        }

        if (keys.Contains(nameof(options.Values)))
        {
            (options.Values, options.NullValues) = ((ValueTyping)random.Next(2), ["", "x"]);
        }

        switch (type)
        {
            case ProcessingType.CsvToJson:
                options.Names = [.. new[] { "a", "$src", "email", "d", "e", "f", "g", "h" }[..random.Next(1, 9)]];
                options.Delimiter = isAgent ? new[] { ",", "|", "\\s*,", "(", "🎁" }[random.Next(5)] : ",";
                options.Numbers = isAgent ? [] : ["a"];
                break;
            case ProcessingType.PatternToJson:
                options.Pattern = isAgent ? "(\\w+)(?:.*) (\\S+)" : "(?<a>\\w+) (?<email>.*)(?<n>\\d)?";
                options.Names = isAgent ? ["a", "b"] : [];
                break;
            case ProcessingType.Include or ProcessingType.Exclude:
                options.Pattern = "[0-9]+.*\"";
                break;
            case ProcessingType.Redact:
                options.Fields = random.Next(2) == 0 ? ["email", "customer.email", "$src.a.email"] : [];
                options.Pattern = options.Fields.Count == 0 || random.Next(2) == 0 ? "(?<x>[0-9]+)e|(?<y>a)" : "";
                break;
            case ProcessingType.Metadata when isAgent:
                options.Json = random.Next(2) == 0 ? "{\"a\":[1.50,{}]}" : "";
                break;
            case ProcessingType.Metadata:
                options.Members = [new() { Name = "email", Value = "x\"" }, new() { Name = "file", From = MemberSource.Path }];
                options.Wrap = random.Next(2) == 0 ? "m" : "";
                break;
            case ProcessingType.MaxSize:
                options.MaxBytes = 100;
                break;
        }

        return options;
    }
}
