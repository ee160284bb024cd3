using System.Text.RegularExpressions;
using Serilog.Events;
using Serilog.Parsing;
using Shipper.Foundation.Logging;
using Shipper.TailShipper.Tests.Support;
using Xunit;

namespace Shipper.TailShipper.Tests.Logging;

/// <summary>People read numbers with separators, programs without.</summary>
public sealed partial class NumbersInMessagesTests
{
    [Fact]
    public void Every_number_of_bytes_and_every_offset_in_a_message_has_separators() => Assert.All(
        LogMessages.All, message => Assert.DoesNotMatch(Plain(), message.Text));

    [Fact]
    public void The_text_has_separators_and_the_property_is_a_number()
    {
        var behind = new LogEvent(
            DateTimeOffset.UnixEpoch, LogEventLevel.Information, null, new MessageTemplateParser().Parse("{Behind:N0} bytes behind"),
            [new LogEventProperty("Behind", new ScalarValue(5_068_216L))]);
        var (text, json) = (new StringWriter(), new StringWriter());
        new LogText().Format(behind, text);
        new LogJson().Format(behind, json);
        Assert.Contains(" 5,068,216 bytes behind", text.ToString(), StringComparison.Ordinal);
        Assert.Contains("\"Behind\":5068216", json.ToString(), StringComparison.Ordinal);
        Assert.Contains("5,068,216 bytes behind", json.ToString(), StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\{\w+\} (bytes|unread|NULs)|\b(offsets?|byte|to) \{(Offset|From|To|Start|End)\}")]
    private static partial Regex Plain();
}
