using Microsoft.Extensions.Configuration;
using Shipper.Foundation.Configuration;
using Shipper.Foundation.Files;
using Shipper.Foundation.Logging;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Flows.Validation;
using Shipper.TailShipper.Tailing.FileSystem.Platform;
using Shipper.TailShipper.Wire;
using Shipper.TailShipper.Wire.Connections;

namespace Shipper.TailShipper.Hosting;

/// <summary>The configuration, read and found usable.</summary>
internal sealed record ShipperSetup(ShipperOptions Options, LogLevels Levels)
{
    /// <summary>Reads and checks everything that can be checked before the start.</summary>
    /// <param name="configuration">The layers.</param>
    /// <param name="problems">What was wrong already.</param>
    /// <param name="toRun">True to check also what a running service needs: a state directory that can be written, a region.</param>
    /// <exception cref="ConfigurationException">With every problem.</exception>
    public static ShipperSetup Load(IConfigurationRoot configuration, ConfigurationProblems problems, bool toRun)
    {
        var options = StrictBinder.Bind<ShipperOptions>(configuration.GetSection("Shipper"), problems);
        ShipperOptionsValidator.Validate(options, problems);
        var levels = LogLevels.Read(configuration, problems);
        if (toRun)
        {
            if (!problems.Any)
            {
                FlowOverlap.ValidateFiles(options, new PhysicalFileSystem(), problems);
            }

            ValidateStateDirectory(options, problems);
            ValidateConnections(options.Aws, options.Flows, problems);
        }

        problems.ThrowIfAny();
        return new ShipperSetup(options, levels);
    }

    private static void ValidateStateDirectory(ShipperOptions options, ConfigurationProblems problems)
    {
        var directory = ShipperDirectories.State(options);
        try
        {
            if (!DiskProbe.TryRun(() => Probe(directory), out _))
            {
                problems.Add("Shipper:StateDirectory", directory, $"has not answered for {DiskProbe.Limit.TotalSeconds:F0} s",
                    "Fix or unmount the disk, or name another directory");
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problems.Add("Shipper:StateDirectory", directory, $"cannot be written ({exception.Message})",
                "Name a directory that the service's account may create or write to");
        }
    }

    private static bool Probe(string directory)
    {
        SafeFiles.Probe(directory);
        return true;
    }

    /// <summary>Checks that the service of every flow can be addressed: proxy, certificates, and a region or a custom endpoint.</summary>
    /// <param name="aws">The settings.</param>
    /// <param name="flows">The flows that are going to send.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public static void ValidateConnections(AwsOptions aws, IReadOnlyList<FlowOptions> flows, ConfigurationProblems problems)
    {
        ConnectionSettings.Load(aws, Environment.GetEnvironmentVariable, problems);
        foreach (var operation in flows.Select(flow => Destination.Of(flow).Operation).Distinct())
        {
            try
            {
                if (AwsRegion.Resolve(aws, operation.Service) is not { } region)
                {
                    if (CustomEndpoint.Configured(aws, operation.Service, Environment.GetEnvironmentVariable) is null)
                    {
                        problems.Add("Shipper:Aws:Region", null, "there is no region",
                            "Set it, or AWS_REGION, or a region in the profile; on EC2 the instance metadata must be reachable");
                    }

                    continue;
                }

                AwsEndpoint.Create(aws, region, operation.Service);
                if (operation == ServiceOperation.PutRecords)
                {
                    DestinationValidator.ValidateRegion(flows, region, problems);
                }
            }
            catch (FormatException exception)
            {
                problems.Add(exception.Message.Split(' ')[0], null, "is not an http or https address",
                    "Write for example https://vpce-1.firehose.eu-west-1.vpce.amazonaws.com, or remove the variable");
            }
            catch (InvalidOperationException exception)
            {
                problems.Add("Shipper:Aws:UseDualStack", "true", exception.Message.TrimEnd('.'),
                    "Remove it, or set a custom endpoint");
            }
        }
    }
}
