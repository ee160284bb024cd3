using System.Text;
using Shipper.RecordProcessing.Agent;
using Xunit;

namespace Shipper.RecordProcessing.Tests;

/// <summary>The scanner of the agent's formats takes the lines, and finds the fields, that expressions describe.</summary>
public sealed class AgentLineTests
{
    private static readonly string[] Pieces =
    [
        " ", "  ", "\t", ".", "-", ":", "/", "\"", "[", "]", "<134>", "<1>3>", "<1é3>", "0", "1", "24", "60", "Mar", "March",
        "Wed", "+", "_", "\r", "\u0085", "\u2028", "\n", "é", "🎁", "pid ", ":tid ", "client ", ": ", "%", ",", "T", "Z", "+00:00",
    ];

    [Theory]
    [InlineData("ApacheCommonToJson", "h.x - u [04/Mar/2026:05:06:07 +0000] \"GET /\" 200 12")]
    [InlineData("ApacheCombinedToJson", "1.2.3.4 - - [4/March/2026:5:06:07.1 -0800] \"-\" - - \"-\" \"c\" x")]
    [InlineData("ApacheErrorToJson", "[Wed Mar  4 05:06:07.1 2026] [core:error] [pid 1:tid 2] [client h.x:56] AH1: x")]
    [InlineData("ApacheErrorToJson", "[Wednesday March 4 05:06:07 2026] [error] [pid 1] [client 1.2.3.4] x")]
    [InlineData("SyslogToJson", "Mar  4 05:06:07 <134> host1 a/b[12]: hi")]
    [InlineData("SyslogToJson", "March 14 5:06:07,1 h cron: ")]
    [InlineData("Rfc3339SyslogToJson", "2026-03-04T05:06:07.123+00:00 <1.3> h app[1]: hi")]
    [InlineData("Rfc3339SyslogToJson", "2026-03-04T05:06:07Z h app: hi")]
    public void A_line_is_taken_when_the_expression_matches_it(string name, string line)
    {
        var type = Enum.Parse<ProcessingType>(name);
        var pattern = JavaPattern.WholeMatch(AgentFormats.PatternOf(type)!, TimeSpan.FromMinutes(1));
        var fields = new (int Start, int End)[9];
        var (taken, random) = (0, new Random(1));
        for (var run = 0; run < 4000; run++)
        {
            var text = run == 0 ? line : Changed(line, random);
            var match = pattern.For(text).Match(text);
            var bytes = Encoding.UTF8.GetBytes(text);
            Assert.True(match.Success == new AgentLine(bytes, fields).TryRead(type), text);
            if (match.Success)
            {
                taken++;
                Assert.Equal(
                    Enumerable.Range(1, pattern.Groups).Select(group => match.Groups[group].Success ? match.Groups[group].Value : null),
                    fields[..pattern.Groups].Select(field =>
                        field.Start < 0 ? null : Encoding.UTF8.GetString(bytes[field.Start..field.End])));
            }
        }

        Assert.InRange(taken, 100, 3900);
    }

    private static string Changed(string line, Random random)
    {
        var text = line;
        for (var change = random.Next(1, 3); change > 0; change--)
        {
            var at = random.Next(text.Length + 1);
            text = random.Next(3) switch
            {
                0 => text.Insert(at, Pieces[random.Next(Pieces.Length)]),
                1 when at < text.Length => text.Remove(at, 1),
                _ => text[..at] + Pieces[random.Next(Pieces.Length)] + text[Math.Min(text.Length, at + 1)..],
            };
        }

        return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
    }
}
