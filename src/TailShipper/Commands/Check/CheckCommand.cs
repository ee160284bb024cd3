using System.CommandLine;
using System.Globalization;
using Shipper.Foundation.Configuration;
using Shipper.Foundation.Files;
using Shipper.Foundation.Hosting;
using Shipper.Foundation.Hosting.Help;
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
        var command = new ExplainedCommand(
            "check",
            "Check the configuration, report everything that is wrong, and show what each flow would do and cost. Sends nothing.",
            HelpSection.ExitCodes(new("0", "it can be used; warnings are printed"), ShipperHelp.Unusable),
            HelpSection.Examples(new HelpEntry(
                "sudo -u tailshipper tailshipper check --config /etc/tailshipper/appsettings.json",
                "as the service's user, who must be able to read the files")),
            ShipperHelp.Configuration);
        command.SetAction((result, cancellation) => RunAsync(loader.LoadToRun(result), Console.Out, cancellation));
        return command;
    }

    /// <summary>Prints what each flow would do; 0 also with warnings.</summary>
    public static async Task<int> RunAsync(ShipperSetup setup, TextWriter output, CancellationToken cancellation)
    {
        var options = setup.Options;
        var settings = ConnectionSettings.Load(options.Aws, Environment.GetEnvironmentVariable, new ConfigurationProblems());
        var credentials = AwsCredentialSource.Create(options.Aws, TimeProvider.System, settings);
        var identity = await credentials.DescribeAsync(cancellation);
        await output.WriteLineAsync("The configuration is valid.");
        DescribeEndpoints(options, settings, output);

        var trusted = settings.CaBundle is { } bundle
            ? $"the {settings.Authorities!.Count} certificates in {bundle}, and no others"
            : "the system's certificate authorities";
        await output.WriteLineAsync($"Trusts:       {trusted}");
        await output.WriteLineAsync($"Credentials:  {(identity.Available ? "" : "WARNING: ")}{identity.Text}");
        await output.WriteLineAsync($"State:        {ShipperDirectories.State(options)}");
        await output.WriteLineAsync($"Metrics log:  {ShipperDirectories.MetricsLog(options) ?? "off"}");
        foreach (var flow in options.Flows)
        {
            await output.WriteLineAsync();
            Describe(flow, ShipperDirectories.State(options), output);
        }

        return ExitCodes.Success;
    }

    /// <summary>Prints where calls go, a line for each service that the flows ship to.</summary>
    internal static void DescribeEndpoints(ShipperOptions options, ConnectionSettings settings, TextWriter output)
    {
        foreach (var kind in options.Flows.Select(flow => Destination.Of(flow).Kind).Distinct())
        {
            var service = new Destination(kind, "").Operation.Service;
            DescribeEndpoint(kind, AwsEndpoint.Create(options.Aws, AwsRegion.Resolve(options.Aws, service), service), settings, output);
        }
    }

    private static void DescribeEndpoint(DestinationKind kind, AwsEndpoint endpoint, ConnectionSettings settings, TextWriter output)
    {
        output.WriteLine($"Endpoint:     {kind} at {endpoint.Url} (region {endpoint.Region})");
        if (settings.ProxyFor(endpoint.Url) is { } proxy)
        {
            output.WriteLine($"  by the proxy {proxy}, from {proxy.Setting}");
        }

        if (endpoint.IsExposed)
        {
            output.WriteLine(
                "  WARNING: plain HTTP to another machine: log lines and session tokens cross the network readable by anyone on the way; "
                + "use https");
        }
    }

    private static void Describe(FlowOptions flow, string state, TextWriter output)
    {
        var destination = Destination.Of(flow);
        var files = new PhysicalFileSystem();
        var found = new Dictionary<string, FileStat>(StringComparer.Ordinal);
        output.WriteLine($"Flow {flow.Name} → {destination}");
        output.WriteLine($"  the credentials need {PermissionsFor(destination)}");
        foreach (var pattern in FlowOverlap.Patterns(flow))
        {
            output.WriteLine($"  {pattern.Text}");
            if (!DiskProbe.TryRun(() => Scan(files, pattern, flow, found), out var warnings))
            {
                warnings = [$"{pattern.Text} is not checked: {pattern.Root} or something below it has not answered for "
                    + $"{DiskProbe.Limit.TotalSeconds:F0} s. Fix or unmount it, or give it a flow of its own: the flow would wait with "
                    + "it"];
            }

            foreach (var warning in warnings!)
            {
                output.WriteLine($"  WARNING: {warning}");
            }
        }

        lock (found)
        {
            var position = flow.InitialPosition == InitialPosition.StartOfFile ? "start" : "end";
            output.WriteLine(
                $"  matches {found.Count} files, {found.Values.Sum(stat => stat.Size):N0} bytes; "
                + $"files present at the very first start begin at their {position}");
        }

        var limits = destination.Limits;
        var packing = FlowPacking.Of(flow.Aggregation, limits);
        if (flow.Encoding != TextEncoding.Auto || flow.SkipHeaderLines > 0)
        {
            output.WriteLine($"  files are read as {flow.Encoding}; the first {flow.SkipHeaderLines} lines of each are not shipped");
        }

        var unit = "line";
        if (!string.IsNullOrEmpty(flow.MultiLine.StartPattern))
        {
            unit = "multi-line record";
            output.WriteLine(
                $"  a line that matches {flow.MultiLine.StartPattern} begins a {unit}, which takes up to {flow.MultiLine.MaxLines:N0} "
                + $"lines and {flow.MultiLine.MaxBytes:N0} bytes");
        }

        var billing = destination.Kind == DestinationKind.Firehose
            ? $"{limits.BillingUnit:N0} bytes"
            : $"one PUT payload unit of {limits.BillingUnit:N0} bytes (on demand: {ServiceLimits.OnDemandUnit:N0} bytes)";
        var most = flow.Aggregation.MaxLines > 0 ? $" and {packing.MaxLines:N0} lines" : "";
        output.WriteLine(flow.Aggregation.Mode == AggregationMode.None
            ? $"  one {unit} per record, each billed as at least {billing}; aggregation is off"
            : $"  whole {unit}s together in records of up to {packing.TargetBytes:N0} bytes{most}");
        output.WriteLine(flow.Oversize switch
        {
            OversizePolicy.Split => $"  a line of more than {limits.MaxRecordBytes:N0} bytes is sent in several records",
            OversizePolicy.Truncate =>
                $"  a line of more than {limits.MaxRecordBytes:N0} bytes is truncated: what does not fit is not shipped",
            _ => $"  a line of more than {limits.MaxRecordBytes:N0} bytes goes to the dead letters",
        });
        if (destination.Kind == DestinationKind.Kinesis)
        {
            output.WriteLine($"  {KeyWords(flow)}");
        }

        output.WriteLine(
            $"  calls of up to {flow.MaxBatchRecords} records and {flow.MaxBatchBytes:N0} bytes, at the latest "
            + $"{flow.MaxBatchAge.TotalSeconds:0.###} s after the first line");
        if (!DiskProbe.TryRun(() => CostLines.Of(flow, state, found, TimeProvider.System.GetUtcNow()).ToList(), out var lines))
        {
            lines = ["cost: the files could not be read in time"];
        }

        foreach (var line in lines!)
        {
            output.WriteLine($"  {line}");
        }
    }

    private static string PermissionsFor(Destination destination) =>
        $"{destination.Permission} on {destination.ArnPattern}; where the stream is encrypted with a customer-managed KMS key, also "
        + $"{destination.KeyPermissions} on that key";

    private static string KeyWords(FlowOptions flow) => flow.PartitionKey.Source switch
    {
        PartitionKeySource.Path => "partition key: the file's path, so that a file keeps to one shard",
        PartitionKeySource.JsonField when flow.Aggregation.Mode == AggregationMode.None =>
            $"partition key: the member {flow.PartitionKey.Field} of the line; random where there is none",
        PartitionKeySource.JsonField =>
            $"partition key: the member {flow.PartitionKey.Field} of the record's first line; "
            + "WARNING: with aggregation its other lines use that key, too; random where there is none",
        _ => "partition key: random for each record",
    };

    /// <summary>Adds the files that one pattern matches to <paramref name="found"/>; returns the warnings.</summary>
    private static List<string> Scan(PhysicalFileSystem files, PathPattern pattern, FlowOptions flow, Dictionary<string, FileStat> found)
    {
        var warnings = new List<string>();
        if (files.List(pattern.Root) is { Status: not PathStatus.File } listing)
        {
            var why = listing.Status == PathStatus.Missing
                ? "does not exist yet; it is checked at every scan"
                : $"cannot be listed ({listing.Reason}); give the service's account read and search permission";
            warnings.Add($"the directory {pattern.Root} {why}");
        }

        var snapshot = new PatternScan(files, [pattern], FlowOverlap.Rules(flow)).Run();
        warnings.AddRange(snapshot.OutsideLinks.Select(link => $"{link.Key} is not followed: it leads to {link.Value}, outside the "
            + "directory tree of its pattern; set FollowLinks to true, or name that place in Paths"));
        warnings.AddRange(snapshot.Unavailable.Select(path => $"{path.Key} cannot be accessed ({path.Value})"));
        foreach (var (path, stat) in snapshot.Files)
        {
            lock (found)
            {
                found[path] = stat;
            }

            var attempt = files.Open(path);
            attempt.File?.Dispose();
            if (attempt.Status == PathStatus.Unavailable)
            {
                warnings.Add($"{path} cannot be read ({attempt.Reason}); give the service's account read permission");
            }
        }

        return warnings;
    }
}
