using System.CommandLine;
using System.Globalization;
using Shipper.Foundation.Configuration;
using Shipper.Foundation.Files;
using Shipper.Foundation.Hosting;
using Shipper.Foundation.Hosting.Help;
using Shipper.Foundation.Output;
using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Checkpoints.Journal;
using Shipper.TailShipper.Commands.Explain;
using Shipper.TailShipper.Commands.Shared;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Flows;
using Shipper.TailShipper.Flows.Validation;
using Shipper.TailShipper.Framing;
using Shipper.TailShipper.Hosting;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Discovery;
using Shipper.TailShipper.Tailing.FileSystem;
using Shipper.TailShipper.Tailing.FileSystem.Platform;
using Shipper.TailShipper.Tailing.Recovery;
using Shipper.TailShipper.Wire;
using Shipper.TailShipper.Wire.Connections;
using Shipper.TailShipper.Wire.Credentials;
using Shipper.TailShipper.Wire.Records;

namespace Shipper.TailShipper.Commands.Check;

/// <summary><c>tailshipper check</c>: what the service would do, in words. The configuration is already found valid.</summary>
internal static class CheckCommand
{
    /// <summary>The verb.</summary>
    public static Command Create(SetupLoader loader)
    {
        var connect = new Option<bool>("--connect")
        {
            Description = "Also try it: resolve and reach each endpoint, ask AWS whose the credentials are and whether each stream is "
                + "there, make an empty call, compare the clocks.",
        };
        var send = new Option<bool>("--send")
        {
            Description = "With --connect: send one line to each stream instead of the empty call. It is delivered like any other: "
                + "{\"tailshipper_check\":\"TIME\",…}.",
        };
        var strict = new Option<bool>("--strict") { Description = "End with 1 also for a warning." };
        var json = new Option<bool>("--json") { Description = "Print one JSON document, also of a configuration that cannot be used." };
        var all = new Option<bool>("--all")
        {
            Description = "Print everything on a terminal too, where what is as usual is left out if all of it does not fit.",
        };
        var command = new ExplainedCommand(
            "check",
            "Check the configuration, report everything that is wrong, and show what each flow would do and cost. Sends nothing, unless "
            + "--send says so.",
            HelpSection.ExitCodes(
                new("0", "it can be used; warnings are printed, and the first line counts them"),
                new("1", "with --strict: there are warnings; with --connect: something cannot be reached or refuses"),
                ShipperHelp.Unusable),
            HelpSection.Examples(
                new HelpEntry(
                    "sudo -u tailshipper tailshipper check --config /etc/tailshipper/appsettings.json",
                    "as the service's user, who must be able to read the files"),
                new HelpEntry("tailshipper check --connect --strict", "before a deployment: fail for anything that is not right")),
            ShipperHelp.Configuration)
        {
            connect, send, strict, json, all,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(send) && !result.GetValue(connect))
            {
                result.AddError("--send is used only with --connect");
            }
        });
        command.SetAction(async (result, cancellation) =>
        {
            var asJson = result.GetValue(json);
            ShipperSetup setup;
            try
            {
                setup = loader.LoadToCheck(result);
            }
            catch (ConfigurationException exception) when (asJson)
            {
                CheckReport.WriteProblems(exception.Problems, Console.Out);
                return ExitCodes.Configuration;
            }

            var report = await RunAsync(setup, cancellation);
            if (result.GetValue(connect))
            {
                await using var connections = new ConnectionCheck(setup.Options, TimeProvider.System);
                report.Connections = await connections.RunAsync(result.GetValue(send), cancellation);
            }

            if (asJson)
            {
                report.WriteJson(Console.Out);
            }
            else
            {
                report.Write(
                    Console.Out, TextWrap.TerminalWidth, result.GetValue(all) ? int.MaxValue : TextWrap.TerminalHeight);
            }

            return report.Failures > 0 || (result.GetValue(strict) && report.Warnings > 0) ? ExitCodes.Fault : ExitCodes.Success;
        });
        return command;
    }

    /// <summary>What each flow would do.</summary>
    public static async Task<CheckReport> RunAsync(ShipperSetup setup, CancellationToken cancellation)
    {
        var report = new CheckReport(setup.InUse);
        var general = report.General;
        if (await Heading.DifferenceAsync(setup, cancellation) is { } difference)
        {
            general.Warning(difference);
        }

        var options = setup.Options;
        var settings = ConnectionSettings.Load(options.Aws, Environment.GetEnvironmentVariable, new ConfigurationProblems());
        var credentials = AwsCredentialSource.Create(options.Aws, TimeProvider.System, settings);
        var identity = await credentials.DescribeAsync(cancellation);
        general.Line("The configuration is valid.");
        DescribeEndpoints(options, settings, general);

        var trusted = settings.CaBundle is { } bundle
            ? $"the {settings.Authorities!.Count} certificates in {bundle}, and no others"
            : "the system's certificate authorities";
        general.Detail($"Trusts:       {trusted}");
        if (identity.Available)
        {
            general.Line($"Credentials:  {identity.Text}");
        }
        else
        {
            general.Warning($"Credentials: {identity.Text}");
        }

        general.Line($"State:        {ShipperDirectories.State(options)}");
        general.Detail($"Metrics log:  {ShipperDirectories.MetricsLog(options) ?? "off"}");
        if (ShipperDirectories.Socket(options) is { } socket && SocketPath.Problem(socket) is { } tooLong)
        {
            general.Warning(
                $"the socket {socket} {tooLong}: status, top and page cannot ask the service; set Shipper:Endpoint:Socket to a shorter "
                + "one");
        }

        var service = ServiceOn(ShipperDirectories.State(options), OwnFiles.Of(options));
        report.Flows.AddRange(options.Flows.Select(flow => Describe(flow, service)));
        return report;
    }

    /// <summary>What is known of the service that runs on a state directory, or would.</summary>
    private static CheckedService ServiceOn(string state, OwnFiles own)
    {
        IReadOnlyList<StreamCheckpoint>? known = null;
        try
        {
            known = CheckpointReader.Read(new PhysicalStateDirectory(state)).Streams;
        }
        catch (Exception exception) when (exception is CheckpointsUnusableException or IOException or UnauthorizedAccessException)
        {
            // A start reports it; here only the first positions cannot be given.
        }

        return new CheckedService(state, RunningService.ProcessOf(state, new PhysicalFileSystem()), UnitRules.Read(), known, own);
    }

    /// <summary>Says where calls go, a line for each service that the flows ship to.</summary>
    internal static void DescribeEndpoints(ShipperOptions options, ConnectionSettings settings, CheckSection output)
    {
        foreach (var kind in options.Flows.Select(flow => Destination.Of(flow).Kind).Distinct())
        {
            var service = new Destination(kind, "").Operation.Service;
            var endpoint = AwsEndpoint.Create(options.Aws, AwsRegion.Resolve(options.Aws, service), service);
            DescribeEndpoint(kind, endpoint, settings, output);
            if (CustomEndpoint.Configured(options.Aws, service, Environment.GetEnvironmentVariable) is null
                && AwsRegion.Unknown(endpoint.Region) is { } unknown)
            {
                output.Warning(unknown);
            }
        }
    }

    private static void DescribeEndpoint(
        DestinationKind kind, AwsEndpoint endpoint, ConnectionSettings settings, CheckSection output)
    {
        output.Line($"Endpoint:     {kind} at {endpoint.Url} (region {endpoint.Region})");
        if (settings.ProxyFor(endpoint.Url) is { } proxy)
        {
            output.Line($"  by the proxy {proxy}, from {proxy.Setting}");
        }

        if (endpoint.IsExposed)
        {
            output.Warning(
                "plain HTTP to another machine: log lines and session tokens cross the network readable by anyone on the way; "
                + "use https");
        }
    }

    private static CheckSection Describe(FlowOptions flow, CheckedService service)
    {
        var destination = Destination.Of(flow);
        var output = new CheckSection($"Flow {flow.Name} → {destination}") { Flow = flow.Name, Destination = destination.Mark };
        var files = new PhysicalFileSystem();
        var found = new Dictionary<string, FileStat>(StringComparer.Ordinal);
        output.Detail($"the credentials need {PermissionsFor(destination)}");
        foreach (var pattern in FlowOverlap.Patterns(flow))
        {
            output.Line(pattern.Text);
            if (!DiskProbe.TryRun(() => Scan(files, pattern, flow, service, found), out var warnings))
            {
                var wide = $"{pattern.Text} is not checked: to list what is below {pattern.Root} took more than "
                    + $"{DiskProbe.Limit.TotalSeconds:F0} s. ";
                warnings = [wide + (pattern.Segments.Any(segment => segment.AnyDepth)
                    ? "** searches all of it, at every scan: name the directory that has the logs, for example /var/log/**/*.log. If it is "
                        + "not much, a disk below it does not answer"
                    : "Fix or unmount the disk that does not answer, or give it a flow of its own: the flow would wait with it")];
            }

            foreach (var warning in warnings!)
            {
                output.Warning(warning);
            }
        }

        lock (found)
        {
            (output.Files, output.Bytes) = (found.Count, found.Values.Sum(stat => stat.Size));
            output.Line(
                $"matches {HumanNumbers.Of(found.Count, "file")}, {HumanNumbers.Of(output.Bytes, "byte")}; "
                + "files that appear later are read from their start");
            if (service.Known is { } known)
            {
                foreach (var line in FirstPositions(flow, [.. known.Where(stream => stream.Flow == flow.Name)], found))
                {
                    output.Line(line);
                }
            }
        }

        if (DiskProbe.TryRun(() => UnfinishedLines.Of(flow, files, found), out var unfinished) && unfinished is not null)
        {
            output.Line(unfinished);
        }

        var limits = Destination.LimitsOf(flow);
        var packing = FlowPacking.Of(flow.Aggregation, limits);
        if (flow.Encoding != TextEncoding.Auto || flow.SkipHeaderLines > 0)
        {
            output.Line(
                $"files are read as {flow.Encoding}; {HumanNumbers.Of(flow.SkipHeaderLines, "line")} at the beginning of each not shipped");
        }

        var unit = "line";
        if (!string.IsNullOrEmpty(flow.MultiLine.StartPattern))
        {
            unit = "multi-line record";
            output.Line(
                $"a line that matches {flow.MultiLine.StartPattern} begins a {unit}, which takes up to {flow.MultiLine.MaxLines:N0} "
                + $"lines and {flow.MultiLine.MaxBytes:N0} bytes");
        }

        if (flow.Processing.Count > 0)
        {
            output.Line($"each {unit} is processed: {string.Join(", then ", flow.Processing.Select(step => step.Type))}");
        }

        if (flow.KinesisAgent.Framing)
        {
            output.Line("records are made as the Amazon Kinesis Agent makes them");
        }

        var billing = destination.Kind == DestinationKind.Firehose
            ? $"{limits.BillingUnit:N0} bytes"
            : $"one PUT payload unit of {limits.BillingUnit:N0} bytes (on demand: {ServiceLimits.OnDemandUnit:N0} bytes)";
        var most = flow.Aggregation.MaxLines > 0 ? $" and {HumanNumbers.Of(packing.MaxLines, "line")}" : "";
        output.Line(flow.Aggregation.Mode == AggregationMode.None
            ? $"one {unit} per record, each billed as at least {billing}; aggregation is off"
            : $"whole {unit}s together in records of up to {packing.TargetBytes:N0} bytes{most}");
        if (flow.Aggregation.Compression == RecordFormat.Gzip)
        {
            output.Line(
                "each record is compressed (gzip): right for S3 where objects are stored as they come, with the file extension .gz; not "
                + "where the stream converts the format, partitions by content, calls a function or indexes records",
                warns: destination.Kind == DestinationKind.Kinesis);
        }

        output.Detail(flow.Oversize switch
        {
            OversizePolicy.Split => $"a line of more than {limits.MaxRecordBytes:N0} bytes is sent in several records",
            OversizePolicy.Truncate =>
                $"a line of more than {limits.MaxRecordBytes:N0} bytes is truncated: what does not fit is not shipped",
            _ => $"a line of more than {limits.MaxRecordBytes:N0} bytes goes to the dead letters",
        });
        if (destination.Kind == DestinationKind.Kinesis)
        {
            output.Line(
                KeyWords(flow),
                warns: flow.PartitionKey.Source == PartitionKeySource.JsonField && flow.Aggregation.Mode != AggregationMode.None);
            if (flow.MaxRecordKiB == 0)
            {
                output.Detail(
                    "the service asks Kinesis for a larger maximum (kinesis:DescribeStreamSummary) when the flow starts; without that "
                    + "permission set MaxRecordKiB");
            }
        }

        output.Detail(
            $"calls of up to {HumanNumbers.Of(flow.MaxBatchRecords, "record")} and {flow.MaxBatchBytes:N0} bytes, at the latest "
            + $"{flow.MaxBatchAge.TotalSeconds:0.###} s after the first line");
        if (!DiskProbe.TryRun(() => CostLines.Of(flow, service.State, found, TimeProvider.System.GetUtcNow()).ToList(), out var lines))
        {
            lines = ["cost: the files could not be read in time"];
        }

        foreach (var line in lines!)
        {
            output.Detail(line);
        }

        return output;
    }

    /// <summary>What happens to the files that are there now, for each pattern whose directory the service has not listed yet.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="known">What the journal knows of it.</param>
    /// <param name="found">What its patterns match now.</param>
    internal static IEnumerable<string> FirstPositions(
        FlowOptions flow, IReadOnlyList<StreamCheckpoint> known, IReadOnlyDictionary<string, FileStat> found)
    {
        var patterns = FlowOverlap.Patterns(flow);
        var listed = patterns.Where(pattern => PatternMark.IsListed(pattern, known)).ToList();
        foreach (var pattern in patterns.Except(listed))
        {
            var there = found.Where(file => pattern.Matches(file.Key) && !listed.Exists(before => before.Matches(file.Key)))
                .Select(file => file.Value.Size).ToList();
            var what = there.Count == 0 ? "what is there when the service first lists its directory"
                : $"what is there already ({HumanNumbers.Of(there.Count, "file")}, {HumanNumbers.Of(there.Sum(), "byte")})";
            yield return flow.InitialPosition == InitialPosition.EndOfFile
                ? $"{pattern.Text} is new to the service: {what} is not shipped (InitialPosition EndOfFile)"
                : $"{pattern.Text} is new to the service: {what} is shipped from the start of each file";
        }
    }

    private static string PermissionsFor(Destination destination) =>
        $"{destination.Permission} on {destination.ArnPattern}; where the stream is encrypted with a customer-managed KMS key, also "
        + $"{destination.KeyPermissions} on that key";

    private static string KeyWords(FlowOptions flow) => flow.PartitionKey.Source switch
    {
        PartitionKeySource.Path => "partition key: the file's path, so that a file keeps to one shard",
        PartitionKeySource.Content => "partition key: a hash of the record, so that equal records keep to one shard",
        PartitionKeySource.JsonField when flow.Aggregation.Mode == AggregationMode.None =>
            $"partition key: the member {flow.PartitionKey.Field} of the line; random where there is none",
        PartitionKeySource.JsonField =>
            $"partition key: the member {flow.PartitionKey.Field} of the record's first line; "
            + "with aggregation its other lines use that key, too; random where there is none",
        _ => "partition key: random for each record",
    };

    /// <summary>Adds the files that one pattern matches to <paramref name="found"/>; returns the warnings.</summary>
    private static List<string> Scan(
        PhysicalFileSystem files, PathPattern pattern, FlowOptions flow, CheckedService service, Dictionary<string, FileStat> found)
    {
        var warnings = new List<string>();
        if (files.List(pattern.Root) is { Status: not PathStatus.File } listing)
        {
            var why = listing.Status == PathStatus.Missing
                ? "does not exist yet; it is checked at every scan"
                : $"cannot be listed ({listing.Reason}); give the service's account read and search permission";
            warnings.Add($"the directory {pattern.Root} {why}");
        }

        var snapshot = new PatternScan(files, [pattern], FlowOverlap.Rules(flow, service.Own)).Run();
        warnings.AddRange(snapshot.LeftOut.Select(path => LeftOut(path.Key, path.Value.Reason, path.Value.Target)).OfType<string>());
        warnings.AddRange(snapshot.Unavailable.Select(path => $"{path.Key} cannot be accessed ({path.Value})"));
        if (snapshot.Files.Count == 0 && warnings.Count == 0)
        {
            warnings.Add($"{pattern.Text} matches no file now; check the path, or wait for its writer: new files are found at every scan");
        }

        warnings.AddRange(Hidden(files, pattern, snapshot, service));
        var kind = new ContentKind(FramingSettings.Of(flow));
        foreach (var (path, stat) in snapshot.Files)
        {
            var attempt = files.Open(path);
            using var file = attempt.File;
            if (attempt.Status == PathStatus.Unavailable)
            {
                warnings.Add($"{path} cannot be read ({attempt.Reason}); give the service's account read permission");
            }
            else if (file is not null && NotText(kind, file, attempt.Stat.Size) is { } why)
            {
                warnings.Add($"{path} {why}");
                continue;
            }

            lock (found)
            {
                found[path] = stat;
            }
        }

        return warnings;
    }

    private static string? NotText(ContentKind kind, ITailedFile file, long size)
    {
        try
        {
            return kind.Judge(file, size, out var what) != ContentVerdict.Binary ? null
                : $"is not text ({what}) and is left out; if it is to be shipped, set Encoding, LineEnd or IncludeBinary";
        }
        catch (IOException exception)
        {
            return $"cannot be read ({exception.Message.TrimEnd('.')}); give the service's account read permission, or leave it out "
                + "with Exclude";
        }
    }

    /// <summary>What <c>check</c> says of a path that is left out; null for archives, which rotation leaves everywhere.</summary>
    private static string? LeftOut(string path, LeftOutReason reason, string? target) => reason switch
    {
        LeftOutReason.OutsideLink => $"{path} is not followed: it leads to {target}, outside the directory tree of its pattern; set "
            + "FollowLinks to true, or name that place in Paths",
        LeftOutReason.Own => $"{path} is the shipper's own and is left out; narrow the pattern, or set IncludeOwnFiles to true",
        LeftOutReason.TooDeep => $"{path} is not searched: it is more than {PatternScan.MaxDepth} levels below the root of its pattern; "
            + "name it in Paths if it has logs",
        LeftOutReason.NotRegular when Directory.Exists(path) =>
            $"{path} is a directory; for the files in it write {path}/*, or {path}/**/* for those further down, too",
        LeftOutReason.NotRegular => $"{path} is no regular file and is left out; use Exclude",
        _ => null,
    };

    /// <summary>The directories that the service does not see: the pattern's root, else those of the files.</summary>
    private static IEnumerable<string> Hidden(
        PhysicalFileSystem files, PathPattern pattern, ScanSnapshot snapshot, CheckedService service)
    {
        const int Most = 5;
        if (HiddenPath.Of(pattern.Root, files, service.Process, service.Unit) is { } root)
        {
            return [root.Text];
        }

        return snapshot.Files.Keys.Select(path => Path.GetDirectoryName(path)!).Distinct(StringComparer.Ordinal)
            .Select(directory => HiddenPath.Of(directory, files, service.Process, service.Unit)?.Text).OfType<string>().Take(Most);
    }

    /// <summary>The service that the configuration is for.</summary>
    /// <param name="State">Its state directory.</param>
    /// <param name="Process">Its process id while it runs.</param>
    /// <param name="Unit">What its unit hides from it.</param>
    /// <param name="Known">Its checkpoints; null when they cannot be read.</param>
    private sealed record CheckedService(
        string State, int? Process, UnitRules Unit, IReadOnlyList<StreamCheckpoint>? Known, OwnFiles Own);
}
