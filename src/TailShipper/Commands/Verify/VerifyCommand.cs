using System.CommandLine;
using System.Runtime.InteropServices;
using System.Text.Json;
using Shipper.Foundation.Files;
using Shipper.Foundation.Hosting;
using Shipper.Foundation.Hosting.Help;
using Shipper.Foundation.Output;
using Shipper.TailShipper.Checkpoints.Journal;
using Shipper.TailShipper.Commands.Shared;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Flows;
using Shipper.TailShipper.Hosting;
using Shipper.TailShipper.Tailing.Discovery;
using Shipper.TailShipper.Tailing.FileSystem.Platform;

namespace Shipper.TailShipper.Commands.Verify;

/// <summary>
/// <c>tailshipper verify</c>: did what is acknowledged arrive at the far end? Finds the files and offsets here, and leaves reading and
/// comparing to the second program.
/// </summary>
internal static class VerifyCommand
{
    private const string S3 = "s3://";

    /// <summary>The verb.</summary>
    public static Command Create(SetupLoader loader)
    {
        var flows = new Argument<string[]>("FLOW") { Description = "The flows; all when none is named.", Arity = ArgumentArity.ZeroOrMore };
        var delivered = new Option<string>("--delivered")
        {
            Description = "Where the flows' objects are: a directory laid out like the bucket, or s3://bucket/prefix.",
            HelpName = "DIR|s3://BUCKET/PREFIX",
            Required = true,
        };
        var against = new Option<string?>("--against")
        {
            Description = "Compare with these objects, in place of files: those of another agent that reads the same files.",
            HelpName = "DIR|s3://BUCKET/PREFIX",
        };
        var from = CommandLine.TimeOption("--from", "Only what was acknowledged then (ISO 8601), or so long ago (6h), or later.");
        var to = CommandLine.TimeOption("--to", "Only what was acknowledged then, or so long ago, or earlier.");
        var endpoint = EndpointOption();
        var region = new Option<string?>("--region")
        {
            Description = "Region of the bucket. Default: AWS_REGION, else Shipper:Aws:Region, else the AWS SDK's.",
            HelpName = "REGION",
        };
        var work = new Option<string?>("--work-dir")
        {
            Description = "Where hashes of lines are kept that do not fit into memory, 28 bytes for each line. Default /var/tmp.",
            HelpName = "DIR",
        };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var command = new ExplainedCommand(
            "verify",
            "Compare every line that is acknowledged of a flow's files, live, rotated or archived, with the lines in the objects that were "
            + "delivered. Works whether or not the service runs. Credentials for S3 come from the AWS SDK's usual places.",
            HelpSection.ExitCodes(
                new("0", "every line was delivered; repeats are shown and are no failure. With --against: both have the same lines, "
                    + "equally often"),
                new("1", "lines are missing. With --against: there is a difference"),
                new("2", "it cannot be determined (something cannot be read, is damaged or is not certainly the same file; the checkpoints "
                    + "are unreadable or made for other flows), or the command line was not understood"),
                ShipperHelp.Unusable,
                new("130", "interrupted")),
            HelpSection.Examples(
                new("tailshipper verify orders --delivered s3://bucket/orders", "all that is acknowledged of a flow"),
                new("tailshipper verify orders --delivered s3://bucket/orders --from 24h", "what was acknowledged in the last day"),
                new(
                    "tailshipper verify --delivered s3://bucket/new --against s3://bucket/old",
                    "two agents that read the same files")))
        { flows, delivered, against, from, to, endpoint, region, work, json };
        command.SetAction(async (result, cancellation) =>
        {
            var isAgainst = result.GetValue(against) is not null;
            var setup = isAgainst ? null : loader.Load(result);
            var request = new VerifyRequest(
                result.GetValue(flows)!,
                result.GetValue(delivered)!,
                result.GetValue(against),
                new VerifyPeriod(result.GetValue(from), result.GetValue(to)),
                result.GetValue(endpoint),
                result.GetValue(region),
                result.GetValue(work),
                result.GetValue(json));
            return await RunAsync(setup, request, Console.Out, cancellation);
        });
        return command;
    }

    /// <summary>Compares; the result is the exit code.</summary>
    /// <param name="setup">The configuration; null where no files are compared.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="output">Where the first line goes; the rest is printed by the second program.</param>
    /// <param name="cancellation">Ends it early.</param>
    public static async Task<int> RunAsync(
        ShipperSetup? setup, VerifyRequest request, TextWriter output, CancellationToken cancellation)
    {
        var plan = new VerifyPlan
        {
            Delivered = Absolute(request.Delivered),
            Against = request.Against is { } against ? Absolute(against) : null,
            Period = request.Period,
            Endpoint = request.Endpoint,
            Region = request.Region ?? (HasRegion ? null : setup?.Options.Aws.Region),
            WorkDirectory = request.WorkDirectory is { } work ? Path.GetFullPath(work) : null,
            Json = request.Json,
        };
        if (setup is null)
        {
            return await StartAsync(plan);
        }

        var (complete, problem) = Resolve(setup, request, plan);
        if (problem is not null)
        {
            await Console.Error.ShowLineAsync($"tailshipper: {problem}");
            return ExitCodes.Undetermined;
        }

        if (complete.Flows.Count == 0)
        {
            foreach (var (name, text) in complete.Problems)
            {
                await Console.Error.ShowLineAsync($"tailshipper: unknown: {name}: {text}");
            }

            return ExitCodes.Undetermined;
        }

        var difference = await Heading.DifferenceAsync(setup, cancellation);
        if (!request.Json)
        {
            await Heading.WriteAsync(setup, output, cancellation);
            await output.FlushAsync(cancellation);
        }

        return await StartAsync(plan with
        {
            Heading = json => Heading.Write(setup, difference, json),
            Flows = complete.Flows,
            Problems = complete.Problems,
        });
    }

    private static (FlowsToVerify Complete, string? Problem) Resolve(ShipperSetup setup, VerifyRequest request, VerifyPlan plan)
    {
        var none = new FlowsToVerify([], []);
        if (request.Flows.FirstOrDefault(name => setup.Options.Flows.All(flow => flow.Name != name)) is { } unknown)
        {
            return (none, UnknownFlow.Message(unknown, setup.Options.Flows.Select(known => known.Name)));
        }

        if (CheckpointFlows.Refusal(setup) is { } refusal)
        {
            return (none, refusal);
        }

        var flows = setup.Options.Flows.Where(flow => request.Flows.Count == 0 || request.Flows.Contains(flow.Name)).ToList();
        try
        {
            var view = CheckpointReader.Read(new PhysicalStateDirectory(ShipperDirectories.State(setup.Options)));
            var letters = DeadLetterSpans.Read(
                ShipperDirectories.DeadLetters(setup.Options), flows.Select(flow => flow.Name).ToHashSet(StringComparer.Ordinal));
            var files = new AcknowledgedFiles(new PhysicalFileSystem(), letters, OwnFiles.Of(setup.Options));
            var problems = letters.Problems.Select(text => ("dead letters", text)).ToList();
            problems.AddRange(flows.Select(flow => ($"flow {flow.Name}", ProcessingToCompare.Obstacle(flow) ?? ""))
                .Where(obstacle => obstacle.Item2.Length > 0));
            flows.RemoveAll(flow => ProcessingToCompare.Obstacle(flow) is not null);
            var found = flows.Select(flow => files.Find(flow, view, plan.Period)).ToList();
            problems.AddRange(found.Where(flow => !flow.Files.Any() && flow.Problems.Count == 0).Select(flow => (
                $"flow {flow.Flow.Name}",
                flow.Gone > 0
                    ? "none of the files of which something is acknowledged is there any more"
                    : "nothing is acknowledged yet; is the state directory the right one?")));
            return (new FlowsToVerify(found, problems), null);
        }
        catch (Exception exception) when (exception is CheckpointsUnusableException || exception.IsDiskError())
        {
            return (none, $"unknown: the checkpoints cannot be read ({exception.Message.TrimEnd('.')})");
        }
    }

    private static async Task<int> StartAsync(VerifyPlan plan)
    {
        // Ctrl-C reaches the second program too, which says what became of the comparison.
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);
        try
        {
            using var tool = ToolProgram.Start("compare");
            using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
            {
                signal.Cancel = true;
                tool.Kill();
            });
            await WriteAsync(plan, tool.StandardInput.BaseStream);
            tool.StandardInput.Close();
            await tool.WaitForExitAsync(CancellationToken.None);
            return tool.ExitCode;
        }
        catch (ToolMissingException exception)
        {
            await Console.Error.ShowLineAsync($"tailshipper: {exception.Message}");
            return ExitCodes.Undetermined;
        }
    }

    private static async Task WriteAsync(VerifyPlan plan, Stream input)
    {
        try
        {
            await using var json = new Utf8JsonWriter(input);
            plan.Write(json);
        }
        catch (IOException)
        {
            // It ended before it read all, and has said why.
        }
    }

    private static bool HasRegion => Environment.GetEnvironmentVariable("AWS_REGION") is { Length: > 0 };

    private static string Absolute(string place) =>
        place.StartsWith(S3, StringComparison.OrdinalIgnoreCase) ? place : Path.GetFullPath(place);

    private static Option<Uri?> EndpointOption()
    {
        var option = new Option<Uri?>("--endpoint")
        {
            Description = "An S3 that is not AWS's, with buckets in the path.",
            HelpName = "URL",
        };
        option.CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (Uri.TryCreate(text, UriKind.Absolute, out var endpoint) && endpoint.Scheme is "http" or "https")
            {
                return endpoint;
            }

            result.AddError($"--endpoint {text} is not an address; write for example http://127.0.0.1:4568");
            return null;
        };
        return option;
    }

    private sealed record FlowsToVerify(IReadOnlyList<FlowToVerify> Flows, IReadOnlyList<(string Name, string Text)> Problems);
}

/// <summary>What is asked of <c>verify</c>.</summary>
/// <param name="Flows">Names of flows; none for all.</param>
/// <param name="Delivered">Where their objects are.</param>
/// <param name="Against">Other objects in place of files.</param>
/// <param name="Period">When it was acknowledged.</param>
/// <param name="Endpoint">Another S3 than AWS's.</param>
/// <param name="Region">The bucket's region.</param>
/// <param name="WorkDirectory">Where the comparison may write.</param>
/// <param name="Json">Whether to print JSON.</param>
internal sealed record VerifyRequest(
    IReadOnlyList<string> Flows,
    string Delivered,
    string? Against,
    VerifyPeriod Period,
    Uri? Endpoint,
    string? Region,
    string? WorkDirectory,
    bool Json);
