using System.CommandLine;
using System.Diagnostics;
using Shipper.Foundation.Files;
using Shipper.Foundation.Hosting.Help;
using Shipper.Foundation.Output;
using Shipper.TailShipper.Checkpoints.Journal;
using Shipper.TailShipper.Commands.DeadLetters;
using Shipper.TailShipper.Commands.Explain;
using Shipper.TailShipper.Commands.Shared;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Flows;
using Shipper.TailShipper.Hosting;
using Shipper.TailShipper.Tailing.Discovery;
using Shipper.TailShipper.Tailing.FileSystem.Platform;

namespace Shipper.TailShipper.Commands.Shipped;

/// <summary>
/// <c>tailshipper shipped</c>: is all of a file acknowledged? Reads the journal and the files, with or without a service.
/// </summary>
internal static class ShippedCommand
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(250);

    /// <summary>The verb.</summary>
    public static Command Create(SetupLoader loader)
    {
        var paths = new Argument<string[]>("PATH") { Description = "The files.", Arity = ArgumentArity.OneOrMore };
        var flow = new Option<string?>("--flow")
        {
            Description = "Only this flow; without it every flow that tails the file must have shipped it.",
            HelpName = "NAME",
        };
        var wait = CommandLine.DurationOption("--wait", "Ask again until the answer is yes, for at most this long (30s, 5m, 1h).");
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var command = new ExplainedCommand(
            "shipped",
            "Say whether all of a file is acknowledged: every byte that it has now, an unfinished last line included. "
            + "Works whether or not the service runs.",
            HelpSection.ExitCodes(
                new("0", "all of every file is: delete a file on 0 only"),
                new("1", "of some file not yet"),
                new("2", "of some file it cannot be determined (not a known stream, not certainly the same file, checkpoints "
                    + "unreadable or made for other flows than those of this configuration), or the command line was not understood"),
                ShipperHelp.Unusable),
            HelpSection.Examples(
                new("tailshipper shipped --wait 30s app.log.1 && rm app.log.1", "delete it only when it has arrived"),
                new("tailshipper shipped --wait 60s \"$1\"", "in logrotate's preremove"))) { paths, flow, wait, json };
        command.SetAction(async (result, cancellation) =>
        {
            var setup = loader.Load(result);
            if (result.GetValue(json))
            {
                return await RunJsonAsync(
                    setup, result.GetValue(paths)!, result.GetValue(flow), result.GetValue(wait), Console.Out, cancellation);
            }

            await Heading.WriteAsync(setup, Console.Out, cancellation);
            return await RunAsync(
                setup, result.GetValue(paths)!, result.GetValue(flow), result.GetValue(wait), Console.Out, cancellation);
        });
        return command;
    }

    /// <summary>Prints a line for each path. 0: all are shipped; 1: some not yet; 2: of some it cannot be determined.</summary>
    /// <param name="setup">The configuration.</param>
    /// <param name="paths">Files, absolute or relative to the working directory.</param>
    /// <param name="flow">Only this flow; null for all.</param>
    /// <param name="wait">How long to ask again while the answer is no.</param>
    /// <param name="output">Where the lines go.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public static async Task<int> RunAsync(
        ShipperSetup setup, IReadOnlyList<string> paths, string? flow, TimeSpan wait, TextWriter output, CancellationToken cancellation)
    {
        var (answers, problem) = await AskAsync(setup, paths, flow, wait, cancellation);
        if (problem is not null)
        {
            await Console.Error.ShowLineAsync($"tailshipper: {problem}");
            return (int)ShippedState.Unknown;
        }

        for (var index = 0; index < paths.Count; index++)
        {
            await output.ShowLineAsync($"{paths[index]}: {Word(answers[index].State)}: {answers[index].Text}");
        }

        return (int)answers.Max(answer => answer.State);
    }

    /// <summary>As <see cref="RunAsync"/>, but prints one JSON object.</summary>
    public static async Task<int> RunJsonAsync(
        ShipperSetup setup, IReadOnlyList<string> paths, string? flow, TimeSpan wait, TextWriter output, CancellationToken cancellation)
    {
        var difference = await Heading.DifferenceAsync(setup, cancellation);
        var (answers, problem) = await AskAsync(setup, paths, flow, wait, cancellation);
        var worst = answers.Select(answer => answer.State).DefaultIfEmpty(ShippedState.Unknown).Max();
        output.PrintJson(json =>
        {
            Heading.Write(setup, difference, json);
            json.WriteString("answer", JsonWord(worst));
            if (problem is not null)
            {
                json.WriteString("problem", problem);
            }

            json.WriteStartArray("files");
            for (var index = 0; index < answers.Count; index++)
            {
                json.WriteStartObject();
                json.WriteString("path", paths[index]);
                json.WriteString("answer", JsonWord(answers[index].State));
                json.WriteString("text", answers[index].Text);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
        return (int)worst;
    }

    /// <summary>An answer for each path; none and a sentence when nothing can be said by this configuration.</summary>
    private static async Task<(IReadOnlyList<ShippedAnswer> Answers, string? Problem)> AskAsync(
        ShipperSetup setup, IReadOnlyList<string> paths, string? flow, TimeSpan wait, CancellationToken cancellation)
    {
        var flows = setup.Options.Flows.Where(known => flow is null || known.Name == flow).ToList();
        if (flows.Count == 0)
        {
            return ([], UnknownFlow.Message(flow, setup.Options.Flows.Select(known => known.Name)));
        }

        if (CheckpointFlows.Refusal(setup) is { } refusal)
        {
            return ([], refusal);
        }

        var state = new PhysicalStateDirectory(ShipperDirectories.State(setup.Options));
        var question = new ShippedQuestion(
            new PhysicalFileSystem(), flows, new DeadLetterStore(ShipperDirectories.DeadLetters(setup.Options)),
            OwnFiles.Of(setup.Options));
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var asked = Stopwatch.GetTimestamp();
            var answers = Ask(state, question, paths);
            if (answers.TrueForAll(answer => answer.State == ShippedState.Shipped || !answer.MayChange)
                || Stopwatch.GetElapsedTime(started) >= wait)
            {
                return (answers, null);
            }

            // A long journal takes its time to read; asking must not become the machine's main work.
            var pause = Stopwatch.GetElapsedTime(asked) * 4;
            var left = wait - Stopwatch.GetElapsedTime(started);
            pause = pause > ShortestPause ? pause : ShortestPause;
            await Task.Delay(pause < left ? pause : left > TimeSpan.Zero ? left : TimeSpan.Zero, TimeProvider.System, cancellation);
        }
    }

    private static List<ShippedAnswer> Ask(PhysicalStateDirectory state, ShippedQuestion question, IReadOnlyList<string> paths)
    {
        try
        {
            var view = CheckpointReader.Read(state);
            return [.. paths.Select(path => question.Ask(Path.GetFullPath(path), view))];
        }
        catch (Exception exception) when (exception is CheckpointsUnusableException or IOException or UnauthorizedAccessException)
        {
            return [.. paths.Select(
                _ => new ShippedAnswer(ShippedState.Unknown, $"the checkpoints cannot be read ({exception.Message.TrimEnd('.')})"))];
        }
    }

    private static string JsonWord(ShippedState state) => Word(state).Replace(' ', '_');

    private static string Word(ShippedState state) => state switch
    {
        ShippedState.Shipped => "shipped",
        ShippedState.NotYet => "not yet",
        _ => "unknown",
    };
}
