using System.Diagnostics;
using System.Globalization;
using System.Text;
using Shipper.RecordProcessing;

namespace Shipper.Bench;

/// <summary>
/// What each processing step costs: one thread gives 64 MiB of lines to a chain, again and again, and nothing else. The cases take turns,
/// so that the machine's changes of speed meet all of them.
/// </summary>
internal static class ProcessingReport
{
    private const int SourceBytes = 64 * 1024 * 1024;
    private const int Rounds = 7;

    private static readonly string[] Names =
        ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"];

    /// <summary>Measures, and writes a table for bench/README.md.</summary>
    /// <param name="csv">A file of CSV lines; null for made ones.</param>
    public static int Write(string? csv)
    {
        var cases = Cases(csv is null ? MadeCsv() : File.ReadAllBytes(csv)).ToList();
        Console.WriteLine("| step | record, bytes | MB/s of source | CPU s per GiB | allocated per record |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (var warmUp in cases)
        {
            warmUp.Run();
            warmUp.Run();
        }

        cases.ForEach(measured => measured.Clear());
        for (var round = 0; round < Rounds; round++)
        {
            cases.ForEach(measured => measured.Run());
        }

        cases.ForEach(measured => Console.WriteLine(measured.Row()));
        return 0;
    }

    private static IEnumerable<Case> Cases(byte[] csv)
    {
        var access = Encoding.UTF8.GetBytes(
            "192.0.2.1 - - [04/Mar/2026:05:06:07 +0000] \"GET /orders/1 HTTP/1.1\" 200 1234 \"https://www.example.com/shop\" "
            + "\"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36\"\n");
        var error = Encoding.UTF8.GetBytes(
            "[Wed Mar 04 05:06:07.123456 2026] [core:error] [pid 1234:tid 140] [client 192.0.2.1:5678] AH00128: File does not exist: /x\n");
        var syslog = Encoding.UTF8.GetBytes("Mar  4 05:06:07 host1 sshd[1234]: Accepted publickey for deploy from 192.0.2.1 port 22\n");
        var rfc5424 = Encoding.UTF8.GetBytes(
            "<165>1 2026-03-04T05:06:07.123Z host1 orders 1234 ID47 [example@32473 iut=\"3\"] Accepted order 536365 from 192.0.2.1\n");
        var json = Encoding.UTF8.GetBytes(
            "{\"order_id\":42,\"user_id\":7,\"product_id\":1001,\"operation\":\"u\",\"amount\":19.90,"
            + "\"customer\":{\"email\":\"a@b.example\"},\"event_timestamp\":\"2026-03-04T05:06:07Z\"}\n");
        var trace = Encoding.UTF8.GetBytes(
            "2026-03-04 05:06:07,890 ERROR [main] c.e.Orders - failed\n\tat com.example.Orders.place(Orders.java:42)\n"
            + "\tat x.Main.main(Main.java:7)\n");

        var plain = Of(ProcessingType.CsvToJson, options => options.Names = [.. Names]);
        var typed = Of(ProcessingType.CsvToJson, options => (options.Names, options.Numbers) = ([.. Names], ["Quantity", "UnitPrice"]));
        var provenance = Of(ProcessingType.Provenance);
        yield return new("CsvToJson", csv, plain);
        yield return new("CsvToJson, two numbers", csv, typed);
        yield return new("CsvToJson, `Values` `Infer`", csv,
            Of(ProcessingType.CsvToJson, options => (options.Names, options.Values) = ([.. Names], ValueTyping.Infer)));
        yield return new("CsvToJson as the agent", csv, Agent(ProcessingType.CsvToJson, options => options.Names = [.. Names]));
        yield return new("CsvToJson, Provenance", csv, plain, provenance);
        yield return new("ApacheCombinedToJson", access, Of(ProcessingType.ApacheCombinedToJson));
        yield return new("ApacheCombinedToJson as the agent", access, Agent(ProcessingType.ApacheCombinedToJson));
        yield return new("ApacheErrorToJson", error, Of(ProcessingType.ApacheErrorToJson));
        yield return new("SyslogToJson", syslog, Of(ProcessingType.SyslogToJson));
        yield return new("SyslogToJson as the agent", syslog, Agent(ProcessingType.SyslogToJson));
        yield return new("Rfc5424ToJson", rfc5424, Of(ProcessingType.Rfc5424ToJson));
        yield return new("PatternToJson", syslog, Of(ProcessingType.PatternToJson, options =>
            options.Pattern = @"^(?<time>\w+ +\d+ [\d:]+) (?<host>\S+) (?<program>[^\[: ]+)(?:\[(?<pid>\d+)\])?: (?<message>.*)$"));
        yield return new("SingleLine", trace, Of(ProcessingType.SingleLine));
        yield return new("Metadata", json, Of(ProcessingType.Metadata, options =>
            options.Members = [new() { Name = "env", Value = "prod" }, new() { Name = "file", From = MemberSource.Path }]));
        yield return new("Metadata as the agent", json, Agent(ProcessingType.Metadata, options => options.Json = "{\"env\":\"prod\"}"));
        yield return new("Provenance", json, provenance);
        yield return new("Redact, a member", json, Of(ProcessingType.Redact, options => options.Fields = ["customer.email"]));
        yield return new("Redact, a pattern", json, Of(ProcessingType.Redact, options => options.Pattern = @"[a-z.]+@[a-z.]+"));
        yield return new("Include", json, Of(ProcessingType.Include, options => options.Pattern = "\"operation\":\"[uc]\""));
        yield return new("MaxSize", json, Of(ProcessingType.MaxSize));
    }

    private static ProcessingOptions Of(ProcessingType type, Action<ProcessingOptions>? change = null)
    {
        var options = new ProcessingOptions { Type = type };
        change?.Invoke(options);
        return options;
    }

    private static ProcessingOptions Agent(ProcessingType type, Action<ProcessingOptions>? change = null)
    {
        var options = Of(type, change);
        options.Compatibility = ProcessingCompatibility.Agent;
        return options;
    }

    private static byte[] MadeCsv()
    {
        var random = new Random(1);
        var lines = new StringBuilder();
        while (lines.Length < 1024 * 1024)
        {
            var quoted = random.Next(50) == 0;
            var description = quoted ? "\"CAKE STAND, 3 TIER\"" : "WHITE HANGING HEART T-LIGHT HOLDER";
            lines.Append(CultureInfo.InvariantCulture,
                $"{random.Next(536365, 581588)},{random.Next(20000, 24000)},{description},"
                + $"{random.Next(1, 100)},12/1/2010 8:26,{random.Next(1, 100)}.55,{random.Next(12346, 18288)},United Kingdom\n");
        }

        return Encoding.UTF8.GetBytes(lines.ToString());
    }

    /// <summary>One chain and its lines.</summary>
    private sealed class Case(string name, byte[] lines, params ProcessingOptions[] steps)
    {
        private readonly RecordChain _chain =
            RecordChain.Create(steps, new ChainSurroundings("web-1", "5f3a9c", TimeProvider.System, () => null));

        private readonly List<(double Wall, double Cpu)> _rounds = [];
        private long _records;
        private long _allocated;

        public void Clear()
        {
            _rounds.Clear();
            (_records, _allocated) = (0, 0);
        }

        public void Run()
        {
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            var cpu = Process.GetCurrentProcess().TotalProcessorTime;
            var clock = Stopwatch.StartNew();
            var bytes = 0L;
            while (bytes < SourceBytes)
            {
                bytes += Once();
            }

            var gib = bytes / (1024.0 * 1024 * 1024);
            var seconds = (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds;
            _rounds.Add((bytes / 1e6 / clock.Elapsed.TotalSeconds, seconds / gib));
            _allocated += GC.GetAllocatedBytesForCurrentThread() - allocated;
        }

        // Lines of the file one after another; a record of several lines, which ends the array, again and again.
        private long Once()
        {
            var isOneRecord = lines.Length < 1000;
            var offset = 0;
            while (offset < lines.Length)
            {
                var length = isOneRecord ? lines.Length : lines.AsSpan(offset).IndexOf((byte)'\n') + 1;
                length = length == 0 ? lines.Length - offset : length;
                _chain.Process(lines.AsSpan(offset, length), new RecordOrigin("/var/log/orders/app.log", 7, 1, offset, length));
                offset += length;
                _records++;
            }

            return lines.Length;
        }

        public string Row()
        {
            var wall = _rounds.Select(round => round.Wall).Order().ToList();
            var cpu = _rounds.Select(round => round.Cpu).Order().ToList();
            var record = (double)lines.Length / Math.Max(1, lines.AsSpan().Count((byte)'\n'));
            record = lines.Length < 1000 ? lines.Length : record;
            return string.Create(CultureInfo.InvariantCulture,
                $"| {name} | {record:F0} | {wall[Rounds / 2]:F0} ({wall[0]:F0} - {wall[^1]:F0}) "
                + $"| {cpu[Rounds / 2]:F2} ({cpu[0]:F2} - {cpu[^1]:F2}) | {(double)_allocated / _records:F0} B |");
        }
    }
}
