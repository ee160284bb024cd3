using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Parsing;
using Shipper.Foundation.Configuration;
using Shipper.Foundation.Files;
using Shipper.Foundation.Hosting;
using Shipper.Foundation.Logging;
using Shipper.Foundation.Output;
using Shipper.TailShipper.Checkpoints.Journal;
using Shipper.TailShipper.Commands.Checkpoints;
using Shipper.TailShipper.Commands.DeadLetters;
using Shipper.TailShipper.Commands.Explain;
using Shipper.TailShipper.Commands.Shipped;
using Shipper.TailShipper.Commands.Status;
using Shipper.TailShipper.Commands.Top;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.DeadLetters;
using Shipper.TailShipper.Diagnostics.Status;
using Shipper.TailShipper.Hosting;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tests.Checkpoints;
using Shipper.TailShipper.Tests.Support;
using Xunit;

namespace Shipper.TailShipper.Tests.Output;

/// <summary>Nobody who chooses a file's name or a line's content writes to the terminal or the log of whoever reads them.</summary>
public sealed partial class VisibleTextTests : IDisposable
{
    // Every character up to U+00FF, and one of each class beyond that is hidden: bidirectional, zero-width, separators, tags, halves.
    private static readonly string Everything = string.Concat(Enumerable.Range(1, 255).Select(value => (char)value))
        + "\u061c\u200b\u200e\u200f\u202a\u202e\u2028\u2029\u2060\u2066\u2069\ufeff\ufff9\ud800x\udc00 \U000E0041 \U0001F600";

    private readonly string _state = Directory.CreateTempSubdirectory("visible-").FullName;

    public void Dispose() => Directory.Delete(_state, recursive: true);

    [Theory]
    [InlineData("a b é 😀 \\ \" 中", "a b é 😀 \\ \" 中")]
    [InlineData("a\n2026-01-01 [FTL] forged\r\n", @"a\x0A2026-01-01 [FTL] forged\x0D\x0A")]
    [InlineData("\u001b[31mred\u0007\0\u007f\u009b\u0085", @"\x1B[31mred\x07\x00\x7F\x9B\x85")]
    [InlineData("gpj.\u202eexe\u2028\u2029\u2066\ufeff", @"gpj.\u{202E}exe\u{2028}\u{2029}\u{2066}\u{FEFF}")]
    [InlineData("\U000E0041", @"\u{E0041}")]
    public void What_is_hidden_is_written_out(string text, string shown) => Assert.Equal(shown, VisibleText.Of(text));

    [Fact]
    public void Half_a_character_is_written_out() => Assert.Equal(@"\u{D800}x\u{DC00}", VisibleText.Of("\ud800x\udc00"));

    [Fact]
    public void Bytes_are_shown_line_by_line_and_what_is_not_UTF_8_byte_by_byte()
    {
        Assert.Equal("a\tb é\n\\x1B[m", VisibleText.OfLines("a\tb é\n\u001b[m"u8));
        Assert.Equal(@"a\xFF\xC3(\xE2\x82", VisibleText.OfLines([(byte)'a', 0xFF, 0xC3, (byte)'(', 0xE2, 0x82]));
        for (var value = 0; value < 256; value++)
        {
            AssertVisible(VisibleText.OfLines([(byte)value]).Trim('\n', '\t'));
        }
    }

    [Fact]
    public void JSON_means_the_same_and_hides_nothing()
    {
        var json = JsonSerializer.Serialize(new { path = Everything }, OutputJson.Options);
        var shown = VisibleText.OfJson(json);
        AssertVisible(shown);
        Assert.Equal(
            JsonDocument.Parse(json).RootElement.GetProperty("path").GetString(),
            JsonDocument.Parse(shown).RootElement.GetProperty("path").GetString());
    }

    [Fact]
    public void No_log_has_a_line_or_a_character_that_a_value_brought()
    {
        var log = new LogEvent(
            DateTimeOffset.UnixEpoch, LogEventLevel.Warning, new InvalidOperationException($"at {Everything}\n[FTL] forged"),
            new MessageTemplateParser().Parse("{Path} and {Paths} and {Count}"),
            [
                new LogEventProperty("Path", new ScalarValue(Everything)),
                new LogEventProperty("Paths", new SequenceValue([new ScalarValue(Everything)])),
                new LogEventProperty("Count", new ScalarValue(7)),
            ]);
        foreach (var formatter in (ITextFormatter[])[new LogText(), new JournalText(), new LogJson()])
        {
            var output = new StringWriter();
            formatter.Format(log, output);
            var lines = output.ToString().TrimEnd('\r', '\n').Split('\n');
            Assert.All(lines, line => AssertVisible(line.TrimEnd('\r').Replace("\t", "", StringComparison.Ordinal)));
            Assert.All(lines.Skip(1), line => Assert.Matches("^(<4>)?  ", line)); // of the exception, which cannot look like a message
        }

        var recent = new RecentEvents();
        recent.Emit(log);
        AssertVisible(Assert.Single(recent.Read()).Text);
    }

    [Fact]
    public void The_status_does_not_name_where_a_refused_link_leads()
    {
        var recent = new RecentEvents("Target");
        recent.Emit(new LogEvent(
            DateTimeOffset.UnixEpoch, LogEventLevel.Warning, null,
            new MessageTemplateParser().Parse("{Link} is not followed: it leads to {Target}, outside"),
            [new LogEventProperty("Link", new ScalarValue("/l")), new LogEventProperty("Target", new ScalarValue("/root/secret"))]));
        Assert.Equal("/l is not followed: it leads to …, outside", Assert.Single(recent.Read()).Text);
        Assert.Contains(LogMessages.All, message => message.Id == 2060 && message.Text.Contains("{Target}", StringComparison.Ordinal));
    }

    [Fact]
    public void No_screen_shows_what_a_document_hides()
    {
        var status = Document();
        foreach (var screen in (Spectre.Console.Rendering.IRenderable[])
            [
                StatusScreen.Compose(status),
                TopScreen.Compose(status, new Dictionary<long, double>(), byRate: false, 10),
            ])
        {
            var output = new StringWriter();
            LiveScreen.Show(screen, output);
            AssertVisible(output.ToString().ReplaceLineEndings(""));
            Assert.Contains(@"\x1B", output.ToString(), StringComparison.Ordinal);
        }

        AssertVisible(StatusJson.Write(status));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_command_prints_what_a_name_hides(bool json)
    {
        var setup = await StateAsync();
        var path = "/var/log/" + Everything.Replace("/", "", StringComparison.Ordinal);
        var output = new StringWriter();
        CheckpointsCommand.List(setup, null, json, output);
        ExplainCommand.Run(setup, path, json, output);
        await ShippedCommand.RunAsync(setup, [path], null, TimeSpan.Zero, output, CancellationToken.None);
        ListCommand.List(setup, new DeadLetterFilter(), each: true, all: true, json, output);
        ListCommand.List(setup, new DeadLetterFilter(), each: false, all: true, json, output);
        var id = new DeadLetterStore(ShipperDirectories.DeadLetters(setup.Options)).Read().Single().Id;
        ShowCommand.Run(setup, id, raw: false, line: false, json, output, () => Stream.Null);
        foreach (var line in output.ToString().Split('\n'))
        {
            AssertVisible(line.TrimEnd('\r').Replace("\t", "", StringComparison.Ordinal)); // a shown line keeps its tabs
            Assert.False(line.StartsWith("forged", StringComparison.Ordinal), line);
        }
    }

    [Fact]
    public void Commands_print_through_it()
    {
        var elsewhere =
            from path in Directory.EnumerateFiles(RepositoryFiles.PathOf("src/TailShipper/Commands"), "*.cs", SearchOption.AllDirectories)
            from line in File.ReadLines(path)
            where Prints().IsMatch(line)
            select $"{Path.GetFileName(path)}: {line.Trim()}";
        Assert.Empty(elsewhere);
    }

    [GeneratedRegex(
        @"(?<!LiveScreen\.On\()\b(output|Console(\.\w+)?)\)?\.Write(Line)?(Async)?\((?!\)|VisibleText|StatusJson)"
        + @"|new Text\(\$?""?[^)""]*\b(Path|Flow|Text|Reason|problem|reason)\b")]
    private static partial Regex Prints();

    private static void AssertVisible(string text)
    {
        new UTF8Encoding(false, throwOnInvalidBytes: true).GetByteCount(text); // throws where half a character is
        Assert.DoesNotContain(text.EnumerateRunes(), rune => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control
            or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
    }

    private static StatusDocument Document() => new()
    {
        At = Some.Time,
        Health = Everything,
        Reasons = [Everything],
        Service = new ServiceStatus
        {
            Pid = 1,
            Version = Everything,
            StartedAt = Some.Time,
            StateDirectory = Everything,
            MemoryBytes = 1,
            CpuSeconds = 1,
            LogLevel = Everything,
        },
        Checkpoints = new CheckpointStatus(),
        Flows = [new FlowStatus
        {
            Flow = Everything,
            Destination = Everything,
            Health = Everything,
            Reason = Everything,
            LagBytes = 1,
            Figures = new Dictionary<string, double> { ["unfinished_bytes"] = 1 },
        }],
        Files = [FileStatus.Of(Some.Checkpoint(1, 10) with { Path = Everything, Flow = Everything })],
        FilesTotal = 1,
        LastErrors = [new RecentEvent(Some.Time, Everything, 1, Everything, 2)],
    };

    /// <summary>A state directory with a checkpoint and a dead letter of such a file.</summary>
    private async Task<ShipperSetup> StateAsync()
    {
        var path = "/var/log/" + Everything.Replace("/", "", StringComparison.Ordinal);
        var options = new ShipperOptions { StateDirectory = _state };
        options.Metrics.Path = "";
        options.Flows.Add(new FlowOptions { Name = "orders", DeliveryStream = "orders", Paths = ["/var/log/*"] });
        await using (var journal = CheckpointJournal.Open(
            new PhysicalStateDirectory(_state), TimeProvider.System, NullLogger<CheckpointJournal>.Instance))
        {
            journal.Record(Some.Checkpoint(1, 10) with { Path = path });
        }

        using var letters = new DeadLetterFile(
            new DeadLetterDirectory(ShipperDirectories.DeadLetters(options), options.DeadLetters, NullLogger.Instance), "orders", _ => { },
            _ => { }, TimeProvider.System);
        letters.Append(
            new DeadLetter(new StreamId(1), path, new ByteSpan(0, 1), Everything + "\nforged"),
            [.. Enumerable.Range(0, 256).Select(value => (byte)value)]);
        letters.Sync();
        return new ShipperSetup(options, LogLevels.Read(new ConfigurationBuilder().Build(), new ConfigurationProblems()));
    }
}
