using Serilog.Events;
using Serilog.Parsing;
using Shipper.Foundation.Logging;
using Xunit;

namespace Shipper.TailShipper.Tests.Logging;

public sealed class JournalTextTests
{
    [Theory]
    [InlineData(LogEventLevel.Fatal, "<2>[FTL] all is lost\n")]
    [InlineData(LogEventLevel.Error, "<3>[ERR] all is lost\n")]
    [InlineData(LogEventLevel.Warning, "<4>[WRN] all is lost\n")]
    [InlineData(LogEventLevel.Information, "<6>[INF] all is lost\n")]
    [InlineData(LogEventLevel.Debug, "<7>[DBG] all is lost\n")]
    [InlineData(LogEventLevel.Verbose, "<7>[VRB] all is lost\n")]
    public void A_line_begins_with_its_priority(LogEventLevel level, string expected) =>
        Assert.Equal(expected, Format(level, "all is {What}", "lost"));

    [Fact]
    public void The_number_by_which_the_page_finds_it_stands_beside_the_level()
    {
        var number = new StructureValue([new LogEventProperty("Id", new ScalarValue(2106))]);
        var log = new LogEvent(
            DateTimeOffset.UnixEpoch, LogEventLevel.Warning, null, new MessageTemplateParser().Parse("slow"),
            [new LogEventProperty("EventId", number)]);
        var (journal, file) = (new StringWriter(), new StringWriter());
        new JournalText().Format(log, journal);
        new LogText().Format(log, file);
        Assert.Equal("<4>[WRN 2106] slow\n", journal.ToString());
        Assert.Equal("1970-01-01T00:00:00.000Z [WRN 2106] slow\n", file.ToString());
    }

    [Fact]
    public void Every_line_of_a_message_has_it_so_that_none_is_taken_for_another_message() =>
        Assert.Equal("<3>[ERR] one\n<3>  <2>two\n", Format(LogEventLevel.Error, "one\n{What}", "<2>two"));

    [Theory]
    [InlineData("8:4711", "socket:[4711]", true)]
    [InlineData("8:4711", "socket:[471]", false)]
    [InlineData("8:4711", "/dev/null", false)]
    [InlineData("8:", "socket:[]", false)]
    [InlineData(null, "socket:[4711]", false)]
    [InlineData("8:4711", null, false)]
    public void Only_the_socket_that_systemd_named_is_the_journal(string? variable, string? link, bool expected) =>
        Assert.Equal(expected, JournalText.IsJournal(variable, link));

    private static string Format(LogEventLevel level, string template, string what)
    {
        var output = new StringWriter();
        new JournalText().Format(
            new LogEvent(
                DateTimeOffset.UnixEpoch, level, null, new MessageTemplateParser().Parse(template),
                [new LogEventProperty("What", new ScalarValue(what))]),
            output);
        return output.ToString();
    }
}
