using System.Text;
using Shipper.Foundation.Logging;
using Shipper.TailShipper.Commands.Status;
using Shipper.TailShipper.Commands.Top;
using Shipper.TailShipper.Diagnostics.Status;
using Shipper.TailShipper.Tests.Checkpoints;
using Spectre.Console;
using Spectre.Console.Rendering;
using Xunit;

namespace Shipper.TailShipper.Tests.Output;

/// <summary>What the screens show in windows of some size.</summary>
public sealed class ScreenTests
{
    private const string Reason = "orders: 3 files cannot be read: permission denied";
    private const string Cut = "Not all fits";

    public static TheoryData<int, int> Windows => new()
    {
        { 160, 50 },
        { 80, 24 },
        { 80, 12 },
        { 60, 24 },
        { 60, 10 },
        { 40, 8 },
        { 80, 5 },
    };

    [Theory]
    [MemberData(nameof(Windows))]
    public void A_live_screen_fits_and_begins_with_what_matters(int width, int height)
    {
        var status = Document(flows: 3, files: 30);
        foreach (var screen in (IRenderable[])[StatusScreen.Compose(status, isLive: true), Top(status)])
        {
            var lines = Lines(screen, width, height);
            Assert.InRange(lines.Length, 1, height - 1); // the cursor's row is the last
            Assert.All(lines, line => Assert.True(line.GetCellWidth() <= width, line));
            Assert.Contains("DEGRADED", lines[0], StringComparison.Ordinal);
            if (height >= 8)
            {
                Assert.Contains("orders: 3 files cannot", string.Join(' ', lines), StringComparison.Ordinal);
            }

            Assert.Contains(height < 50 ? Cut : ".log", lines[^1], StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(80, 1)]
    [InlineData(60, 2)]
    public void At_24_rows_every_flow_and_the_most_lagging_files_are_there_a_line_each(int width, int headLines)
    {
        var status = Document(flows: 2, files: 40);
        var text = string.Join('\n', Lines(StatusScreen.Compose(status, isLive: true), width, 24));
        Assert.Contains("\nflow-0 ", text, StringComparison.Ordinal);
        Assert.Contains("\nflow-1 ", text, StringComparison.Ordinal);
        Assert.Contains("WARNING 2006", text, StringComparison.Ordinal);
        Assert.Contains("file-0.log", text, StringComparison.Ordinal);

        var top = Lines(Top(status), width, 24);
        var files = top.Where(line => line.TrimEnd().EndsWith(".log", StringComparison.Ordinal)).ToList();
        Assert.Equal(24 - 5 - headLines, files.Count); // but for the cursor, health, reason, order, titles and the line of what is cut
        Assert.All(files.Select((line, index) => (line, index)), file =>
            Assert.EndsWith($"file-{file.index}.log", file.line.TrimEnd(), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(80)]
    [InlineData(60)]
    public void Dead_letters_since_the_start_and_those_that_wait_have_a_column_each(int width)
    {
        var lines = Lines(StatusScreen.Compose(Document(flows: 1, files: 1)), width, 40);
        var header = Array.FindIndex(lines, line => line.Contains("WAITING", StringComparison.Ordinal));
        var (dead, waiting) = (End("DEAD"), End("WAITING"));
        Assert.Equal("12", lines[header + 1][..dead].Split(' ')[^1]);
        Assert.Equal("3", lines[header + 1][..waiting].Split(' ')[^1]);
        int End(string title) => lines[header].IndexOf(title, StringComparison.Ordinal) + title.Length;
    }

    [Fact]
    public void One_stream_is_one_stream() => Assert.Contains(
        Lines(StatusScreen.Compose(Document(flows: 1, files: 1)), 80, 40),
        line => line.TrimEnd().EndsWith(", 1 stream", StringComparison.Ordinal));

    [Fact]
    public void Of_many_flows_those_that_are_not_well_are_shown()
    {
        var status = Document(flows: 100, files: 1);
        var text = string.Join('\n', Lines(StatusScreen.Compose(status, isLive: true), 80, 24));
        Assert.Contains("flow-77 ", text, StringComparison.Ordinal);
        Assert.DoesNotContain("flow-0 ", text, StringComparison.Ordinal);
        Assert.Contains(Cut, text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_printed_once_is_whole_whatever_the_window()
    {
        var status = Document(flows: 30, files: 40);
        var text = string.Join('\n', Lines(StatusScreen.Compose(status), 80, 10));
        Assert.All(status.Flows, flow => Assert.Contains(flow.Flow + " ", text, StringComparison.Ordinal));
        Assert.All(status.Files, file => Assert.Contains(Path.GetFileName(file.Path), text, StringComparison.Ordinal));
        Assert.DoesNotContain(Cut, text, StringComparison.Ordinal);

        var output = new StringWriter();
        LiveScreen.Show(StatusScreen.Compose(status), output);
        Assert.All(status.Files, file => Assert.Contains(file.Path, output.ToString(), StringComparison.Ordinal)); // no terminal: no width
    }

    [Fact]
    public void Top_shows_one_file_in_the_singular_and_its_keys_only_where_they_work()
    {
        var status = Document(flows: 1, files: 1);
        Assert.Contains(
            "1 file by lag; l: by lag, r: by rate, q: quit", string.Join('\n', Lines(Top(status), 80, 24)), StringComparison.Ordinal);
        var once = TopScreen.Compose(status, new Dictionary<long, double>(), byRate: true, 20);
        Assert.Contains("1 file by rate\n", string.Join('\n', Lines(once, 80, 24)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("C", null, null, false)]
    [InlineData("POSIX", null, "en_US.UTF-8", false)]
    [InlineData("", "de_DE.utf8", null, true)]
    [InlineData(null, null, "C.UTF-8", true)]
    [InlineData(null, "en_US.ISO-8859-1", "en_US.UTF-8", false)]
    [InlineData(null, null, null, false)]
    public void The_locale_says_whether_a_terminal_shows_more_than_ascii(string? all, string? characters, string? language, bool isUtf8)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such variables");
        var variables = new Dictionary<string, string?> { ["LC_ALL"] = all, ["LC_CTYPE"] = characters, ["LANG"] = language };
        Assert.Equal(isUtf8, TerminalText.IsUtf8(name => variables[name]));
    }

    [Fact]
    public void Every_sign_of_the_screens_has_one_in_ascii_that_is_as_wide()
    {
        var status = Document(flows: 2, files: 40);
        foreach (var screen in (IRenderable[])[StatusScreen.Compose(status, isLive: true), Top(status)])
        {
            var text = string.Join('\n', Lines(screen, 80, 40));
            var ascii = Encoding.ASCII.GetString(TerminalText.Ascii().GetBytes(text));
            Assert.Equal(text.Length, ascii.Length);
            Assert.DoesNotContain('?', ascii);
        }
    }

    private static IRenderable Top(StatusDocument status) =>
        TopScreen.Compose(status, new Dictionary<long, double>(), byRate: false, 20, isLive: true);

    private static string[] Lines(IRenderable screen, int width, int height)
    {
        var output = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(output) });
        (console.Profile.Width, console.Profile.Height) = (width, height);
        console.Write(screen);
        return output.ToString().TrimEnd('\r', '\n').ReplaceLineEndings("\n").Split('\n');
    }

    private static StatusDocument Document(int flows, int files) => new()
    {
        At = Some.Time,
        Health = "degraded",
        Reasons = [Reason],
        Service = new ServiceStatus
        {
            Pid = 1,
            Version = "0.1.0",
            StartedAt = Some.Time,
            StateDirectory = "/var/lib/tailshipper",
            MemoryBytes = 40_000_000,
            CpuSeconds = 1,
            LogLevel = "Information",
        },
        Checkpoints = new CheckpointStatus { Streams = files },
        Flows =
        [
            .. Enumerable.Range(0, flows).Select(number => new FlowStatus
            {
                Flow = $"flow-{number}",
                Destination = "delivery stream orders",
                Health = number == 77 ? "degraded" : "ok",
                LagBytes = 1_000_000 + number,
                LagSeconds = 12,
                BilledPerRaw = 1.04,
                Figures = new Dictionary<string, double> { ["dead_lettered_records"] = 12, ["waiting_dead_letters"] = 3 },
            }),
        ],
        Files =
        [
            .. Enumerable.Range(0, files).Select(number => new FileStatus
            {
                Flow = "flow-0",
                Path = $"/var/log/orders/{new string('d', 70)}/file-{number}.log",
                Stream = number,
                State = "Active",
                SizeBytes = 1_000_000,
                CommittedBytes = 10_000 * number,
                LagBytes = 1_000_000 - (10_000 * number),
                RecordedAt = Some.Time,
            }),
        ],
        FilesTotal = files,
        LastErrors = [new RecentEvent(Some.Time, "Warning", 2006, "orders: /var/log/orders/shut.log cannot be accessed", 2)],
    };
}
