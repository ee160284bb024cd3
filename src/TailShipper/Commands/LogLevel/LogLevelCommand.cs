using System.CommandLine;
using System.Globalization;
using Serilog.Events;
using Shipper.Foundation.Configuration;
using Shipper.Foundation.Hosting;
using Shipper.Foundation.Hosting.Help;
using Shipper.Foundation.Output;
using Shipper.TailShipper.Commands.Shared;
using Shipper.TailShipper.Commands.Status;
using Shipper.TailShipper.Diagnostics.Endpoint;
using Shipper.TailShipper.Hosting;

namespace Shipper.TailShipper.Commands.LogLevel;

/// <summary><c>tailshipper loglevel</c>: shows or changes the level of the running service's log.</summary>
internal static class LogLevelCommand
{
    private static readonly TimeSpan LongestLevel = TimeSpan.FromDays(1);

    /// <summary>The verb.</summary>
    public static Command Create(SetupLoader loader)
    {
        var level = new Argument<string?>("LEVEL")
        {
            Description = "Verbose, Debug, Information, Warning, Error or Fatal; without it the current level is shown.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        level.CompletionSources.Add(LogLevelWords.All);
        level.Validators.Add(LogLevelWords.Check);
        var duration = CommandLine.DurationOption(
            "--for",
            "Return to the configured level after this long (10m, 1h; at most 24h). Without it the level stays until the next change or "
            + "restart.");
        duration.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && Duration.TryParse(token.Value, out var length)
                && (length <= TimeSpan.Zero || length > LongestLevel))
            {
                result.AddError($"--for {token.Value} is out of range; write a duration up to 24h, for example 10m");
            }
        });
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var command = new ExplainedCommand(
            "loglevel",
            "Show or change the level of the running service's log.",
            HelpSection.ExitCodes(
                new("0", "done"), new("1", "refused"), new("2", "not running, or this user may not ask"), ShipperHelp.Unusable),
            HelpSection.Examples(new HelpEntry("tailshipper loglevel debug --for 10m", "more detail for ten minutes")))
        {
            level, duration, json,
        };
        command.SetAction((result, cancellation) => RunAsync(
            loader.Load(result),
            result.GetValue(level),
            result.GetResult(duration) is null ? null : result.GetValue(duration),
            result.GetValue(json),
            Console.Out,
            cancellation));
        return command;
    }

    /// <summary>Shows the level, or changes it; 0 done, 1 refused, 2 no answer, or this user may not ask.</summary>
    public static async Task<int> RunAsync(
        ShipperSetup setup, string? level, TimeSpan? duration, bool asJson, TextWriter output, CancellationToken cancellation)
    {
        try
        {
            using var client = EndpointClient.For(setup.Options);
            var query = level is null ? "" : $"?level={Uri.EscapeDataString(level)}"
                + (duration is { } some ? string.Create(CultureInfo.InvariantCulture, $"&for={some.TotalSeconds}s") : "");
            var (status, text) = await client.AskAsync(level is null ? HttpMethod.Get : HttpMethod.Post, "loglevel" + query, cancellation);
            if (status == 200 && asJson)
            {
                // "Debug until 2026-11-21T06:10:00Z", or the level alone.
                var words = text.Trim().Split(' ');
                output.PrintJson(json =>
                {
                    json.WriteString("level", words[0]);
                    if (words is [_, "until", var until])
                    {
                        json.WriteString("until", until);
                    }
                });
                return ExitCodes.Success;
            }

            await (status == 200 ? output : Console.Error).ShowLineAsync(status == 200 ? text.Trim() : $"tailshipper: {text.Trim()}");
            return status == 200 ? ExitCodes.Success : ExitCodes.Fault;
        }
        catch (EndpointUnavailableException exception)
        {
            await Console.Error.ShowLineAsync($"tailshipper: {exception.Message}");
            return ExitCodes.Undetermined;
        }
    }
}
