using System.CommandLine;
using Shipper.Foundation.Hosting.Help;
using Shipper.TailShipper.Commands;
using Xunit;

namespace Shipper.TailShipper.Tests.Commands;

/// <summary>A command line that cannot be carried out is said in a sentence, with what to write; never by a stack trace.</summary>
public sealed class UsageTests
{
    private static readonly Type[] Texts = [typeof(string), typeof(bool), typeof(string[]), typeof(void)];

    [Theory]
    [InlineData("stauts", "stauts is not a command. Did you mean status?")]
    [InlineData("frobnicate", "frobnicate is not a command. There are run, check, preview,")]
    [InlineData("status --wacth", "--wacth is not an option. Did you mean --watch?")]
    [InlineData("check --confg x", "--confg is not an option. Did you mean --config?")]
    [InlineData("run --confg=x", "--confg is not an option. Did you mean --config?")]
    [InlineData("status extra", "extra is one argument too many")]
    [InlineData("checkpoints", "say which: list")]
    [InlineData("deadletters", "say which: list, show, resend")]
    [InlineData("deadletters lst", "lst is not a command. Did you mean list?")]
    [InlineData("shipped --jsno /a", "--jsno is not an option")]
    [InlineData("shipped --wiat 5s /a", "--wiat is not an option. Did you mean --wait?")]
    [InlineData("replay --flow orders --since yesterday", "--since yesterday is not a time; write for example 2026-11-21T06:00:00Z, or 6h")]
    [InlineData("replay --flow orders --from-offset abc", "--from-offset abc is not a whole number of at least 0")]
    [InlineData("replay --flow orders --from-offset -1", "--from-offset -1 is not a whole number of at least 0")]
    [InlineData("replay --flow orders", "say exactly one of --from-start, --from-offset N --file PATH, --since TIME")]
    [InlineData("deadletters list --since soon", "--since soon is not a time")]
    [InlineData("status --files many", "--files many is not a whole number from 0 to 10000")]
    [InlineData("loglevel debgu", "debgu is not a level. Did you mean Debug?")]
    [InlineData("loglevel debug --for 48h", "--for 48h is out of range; write a duration up to 24h")]
    [InlineData("check --set Shipper", "--set Shipper is not of the form Key:Path=value")]
    [InlineData("check --config /none/such.json", null)]
    [InlineData("check --config /dev", "--config /dev is a directory; name a JSON file")]
    [InlineData("check --config /tmp/there-is-no-such-file.json", "--config /tmp/there-is-no-such-file.json: there is no such file")]
    public void The_sentence_says_what_to_write(string line, string? expected)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The paths are those of Linux.");
        var errors = Errors(line.Split(' '));
        if (expected is not null)
        {
            Assert.StartsWith(expected, Assert.Single(errors), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("replay --flow orders --since 6h")]
    [InlineData("replay --flow orders --since 2026-11-21T06:00:00Z")]
    [InlineData("replay --flow orders --from-offset 12 --file /a")]
    [InlineData("shipped -- --a")]
    [InlineData("shipped @40000000.s")]
    [InlineData("loglevel DEBUG --for 10m")]
    [InlineData("status --help --nonsense")]
    [InlineData("--version")]
    [InlineData("")]
    public void What_makes_sense_is_no_error(string line) => Assert.Empty(Errors(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)));

    [Fact]
    public void No_option_of_any_command_breaks_at_a_value_that_it_does_not_take()
    {
        var tried = 0;
        foreach (var (command, path) in Commands(ShipperCommands.Create(), []))
        {
            foreach (var option in command.Options.Where(option => !Texts.Contains(option.ValueType)))
            {
                var errors = Errors([.. path, option.Name, "no such value"]);
                Assert.Contains(errors, error => error.Contains(option.Name, StringComparison.Ordinal));
                Assert.DoesNotContain(errors, error => error.Contains("System.", StringComparison.Ordinal));
                tried++;
            }
        }

        Assert.True(tried >= 6, $"only {tried} options have values that can be wrong");
    }

    private static IReadOnlyList<string> Errors(string[] arguments) =>
        UsageErrors.Of(ShipperCommands.Create().Parse(arguments, ExplainedProgram.Parsing));

    private static IEnumerable<(Command Command, string[] Path)> Commands(Command command, string[] path) =>
        command.Subcommands.SelectMany(below => Commands(below, [.. path, below.Name])).Prepend((command, path));
}
