using System.CommandLine;
using Shipper.Foundation.Hosting;
using Shipper.Foundation.Hosting.Help;
using Shipper.Foundation.Output;
using Shipper.TailShipper.Commands.Shared;
using Shipper.TailShipper.Diagnostics.Endpoint;
using Shipper.TailShipper.Hosting;

namespace Shipper.TailShipper.Commands.Tap;

/// <summary><c>tailshipper tap</c>: shows records as the destination accepts them from the running service.</summary>
internal static class TapCommand
{
    /// <summary>The verb.</summary>
    public static Command Create(SetupLoader loader)
    {
        var flow = new Option<string>("--flow") { Description = "The flow to watch.", HelpName = "NAME", Required = true };
        var lines = CommandLine.NumberOption(
            "--lines", "End after so many lines. Without it: until Ctrl-C.", least: 1, helpName: "N");
        var json = new Option<bool>("--json")
        {
            Description = "One JSON object a record: file, start and end (bytes in it), lines, record. Lines that are not shown: "
                + "missed_lines.",
        };
        var command = new ExplainedCommand(
            "tap",
            "Show the lines of a flow as its destination accepts them: as they were sent, so after processing. It changes and delays "
            + "nothing: lines that come faster than they can be shown are left out and counted, and at most some 2 MiB a second are "
            + "shown. Who may: the service's user and group, and root.",
            HelpSection.ExitCodes(
                new("0", "ended by Ctrl-C, after --lines, or because nobody reads the output any more"),
                new("1", "the service stopped, or the flow was changed or removed"),
                new("2", "no service runs, it has no such flow, this user may not ask, or the command line was not understood"),
                ShipperHelp.Unusable),
            HelpSection.Examples(
                new("tailshipper tap --flow orders", "live, until Ctrl-C"),
                new("tailshipper tap --flow orders --lines 1", "wait for one line, for example in a script"),
                new("tailshipper tap --flow orders | grep 536365", ""))) { flow, lines, json };
        command.SetAction((result, cancellation) => RunAsync(
            loader.Load(result), result.GetValue(flow)!, result.GetValue(lines), result.GetValue(json), PipedOutput.Open(), Console.Error,
            cancellation));
        return command;
    }

    /// <summary>Prints records until cancelled; the result is the exit code.</summary>
    /// <param name="setup">The configuration.</param>
    /// <param name="flow">The flow's name.</param>
    /// <param name="most">Lines after which it ends; null for none.</param>
    /// <param name="asJson">Records as JSON.</param>
    /// <param name="output">Takes the records.</param>
    /// <param name="errors">Takes what is not a record.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<int> RunAsync(
        ShipperSetup setup, string flow, long? most, bool asJson, TextWriter output, TextWriter errors, CancellationToken cancellation)
    {
        using var signal = new UntilSignal(cancellation);
        var ended = signal.Token;
        try
        {
            using var client = EndpointClient.For(setup.Options);
            using var answer = await client.OpenAsync($"tap?flow={Uri.EscapeDataString(flow)}", ended);
            if ((int)answer.StatusCode != 200)
            {
                await errors.ShowLineAsync($"tailshipper: {(await answer.Content.ReadAsStringAsync(ended)).Trim()}");
                return ExitCodes.Undetermined;
            }

            await errors.ShowLineAsync($"tailshipper: lines of flow {flow}, as its destination accepts them; Ctrl-C ends");
            using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(ended));
            var screen = new TapScreen(asJson, most ?? long.MaxValue, output, errors);
            while (await reader.ReadLineAsync(ended) is { } line)
            {
                ended.ThrowIfCancellationRequested(); // what is buffered is read without a look at it
                if (!screen.Show(line))
                {
                    return ExitCodes.Success;
                }
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            return ExitCodes.Success;
        }
        catch (EndpointUnavailableException exception)
        {
            await errors.ShowLineAsync($"tailshipper: {exception.Message}");
            return ExitCodes.Undetermined;
        }
        catch (IOException exception) when (PipedOutput.IsBroken(exception))
        {
            return ExitCodes.Success;
        }
        catch (HttpIOException)
        {
            // The service was killed.
        }

        await errors.ShowLineAsync($"tailshipper: no more lines: the service stopped, or flow {flow} was changed or removed");
        return ExitCodes.Fault;
    }
}
