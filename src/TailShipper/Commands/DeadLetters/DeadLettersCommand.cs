using System.CommandLine;
using Shipper.Foundation.Configuration;
using Shipper.Foundation.Hosting;
using Shipper.Foundation.Hosting.Help;
using Shipper.TailShipper.Hosting;

namespace Shipper.TailShipper.Commands.DeadLetters;

/// <summary>The command line of dead letters.</summary>
internal static class DeadLetterCommands
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary><c>deadletters</c> with its three commands.</summary>
    /// <param name="load">Loads the configuration.</param>
    public static Command Create(Func<ParseResult, ShipperSetup> load) => new ExplainedCommand("deadletters", "Look at what could not be delivered, and send it again.") { List(load), Show(load), Resend(load) };

    private static Command List(Func<ParseResult, ShipperSetup> load)
    {
        var (flow, since, reason) = Filters();
        var each = new Option<bool>("--each") { Description = "A line for each letter instead of one for each flow and reason." };
        var all = new Option<bool>("--all") { Description = "Also letters that were resent." };
        var json = new Option<bool>("--json") { Description = "One JSON object a line." };
        var command = new ExplainedCommand(
            "list",
            "List dead letters. Works whether or not the service runs.",
            HelpSection.ExitCodes(new("0", "listed, also when there are none"), new("2", "not all could be read"), ShipperHelp.Unusable),
            HelpSection.Examples(new("tailshipper deadletters list", "how many, by flow and reason"), new("tailshipper deadletters list --each --flow orders", "one by one, with their ids"))) { flow, since, reason, each, all, json };
        command.SetAction(result => DeadLettersCommand.List(
            load(result), new LetterFilter(result.GetValue(flow), result.GetValue(since), result.GetValue(reason)),
            result.GetValue(each), result.GetValue(all), result.GetValue(json), Console.Out));
        return command;
    }

    private static Command Show(Func<ParseResult, ShipperSetup> load)
    {
        var id = new Argument<string>("LETTER") { Description = "Its id as list --each shows it, or as much of it as is unique." };
        var raw = new Option<bool>("--raw") { Description = "Write its bytes to standard output, exactly, and nothing else." };
        var line = new Option<bool>("--line") { Description = "Where it holds a part of a long line: the whole line." };
        var command = new ExplainedCommand(
            "show",
            "Show one dead letter and its bytes.",
            HelpSection.ExitCodes(new("0", "shown"), new("1", "there is no such letter"), new("2", "nobody can say"), ShipperHelp.Unusable),
            HelpSection.Examples(new HelpEntry("tailshipper deadletters show ID --raw > line", "its bytes, exactly"))) { id, raw, line };
        command.SetAction(result => ShowLetterCommand.Run(
            load(result), result.GetValue(id)!, result.GetValue(raw), result.GetValue(line), Console.Out, Console.OpenStandardOutput));
        return command;
    }

    private static Command Resend(Func<ParseResult, ShipperSetup> load)
    {
        var (flow, since, reason) = Filters();
        var patience = new Option<TimeSpan>("--patience")
        {
            Description = "Give up when the service took nothing for this long (30s, 5m). Default 2m.",
            HelpName = "DURATION",
            DefaultValueFactory = _ => Patience,
            CustomParser = result =>
            {
                if (!Duration.TryParse(result.Tokens[0].Value, out var value))
                {
                    result.AddError($"--patience {result.Tokens[0].Value} is not a duration; write for example 30s or 5m");
                }

                return value;
            },
        };
        var command = new ExplainedCommand(
            "resend",
            "Send dead letters again, after their reason was mended; lines too long for a record as the flow's Oversize says now. What the service "
            + "takes is marked and not sent a second time. Works whether or not the service runs, and may be interrupted and repeated.",
            HelpSection.ExitCodes(
                new("0", "all of them are sent"), new("1", "some are refused or could not be sent"), new("2", "letters or marks cannot be read or written"),
                new("75", "another resend is under way"), ShipperHelp.Unusable),
            HelpSection.Examples(new HelpEntry("tailshipper deadletters resend --flow orders", "one flow only"))) { flow, since, reason, patience };
        command.SetAction((result, cancellation) => ResendCommand.RunAsync(
            load(result), new LetterFilter(result.GetValue(flow), result.GetValue(since), result.GetValue(reason)), result.GetValue(patience), Console.Out, cancellation));
        return command;
    }

    private static (Option<string?> Flow, Option<DateTimeOffset?> Since, Option<string?> Reason) Filters() => (
        new Option<string?>("--flow") { Description = "Only this flow's.", HelpName = "NAME" },
        new Option<DateTimeOffset?>("--since") { Description = "Only letters written then or later (ISO 8601).", HelpName = "TIME" },
        new Option<string?>("--reason") { Description = "Only letters whose reason holds this text.", HelpName = "TEXT" });
}
