using System.Security.Cryptography;
using System.Text;
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
    private const int DigestLength = 16;

    /// <summary>The files that it was read from, and what named them.</summary>
    public (IReadOnlyList<string> Files, string Origin) Source { get; init; } = ([], ConfigurationInUse.None.Origin);

    /// <summary>
    /// Where the settings come from, and their digest: of every setting below <c>Shipper</c> with its value, defaults included, so that
    /// two processes that would do the same have the same.
    /// </summary>
    public ConfigurationInUse InUse => new(Source.Files, Source.Origin, DigestOf(Options));

    /// <summary>Reads and checks everything that can be checked before the start.</summary>
    /// <param name="configuration">The layers.</param>
    /// <param name="problems">What was wrong already.</param>
    /// <param name="toRun">True to check also what a running service needs: a state directory that can be written, a region.</param>
    /// <param name="touch">
    /// True to create the state directory and write in it, once nothing else is wrong; false to ask for the permission only.
    /// </param>
    /// <exception cref="ConfigurationException">With every problem.</exception>
    public static ShipperSetup Load(
        IConfigurationRoot configuration, ConfigurationProblems problems, bool toRun, bool touch = false)
    {
        if (problems.IsIncomplete)
        {
            problems.ThrowIfAny();
        }

        var options = StrictBinder.Bind<ShipperOptions>(configuration.GetSection("Shipper"), problems);
        ShipperOptionsValidator.Validate(options, problems);
        var levels = LogLevels.Read(configuration, problems);
        if (toRun)
        {
            if (!problems.Any)
            {
                FlowOverlap.ValidateFiles(options, new PhysicalFileSystem(), problems);
            }

            ValidateConnections(options.Aws, options.Flows, problems);
            if (!problems.Any)
            {
                ValidateStateDirectory(options, touch, problems);
            }
        }

        problems.ThrowIfAny();
        return new ShipperSetup(options, levels);
    }

    private static string DigestOf(ShipperOptions options)
    {
        // Piece by piece: of a thousand flows the whole text is 2 MB.
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var separator = "";
        foreach (var setting in OptionValues.Of(options, "Shipper"))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{separator}{setting.Key}={setting.Value}"));
            separator = "\n";
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..DigestLength];
    }

    private static void ValidateStateDirectory(ShipperOptions options, bool touch, ConfigurationProblems problems)
    {
        var directory = ShipperDirectories.State(options);
        try
        {
            if (!DiskProbe.TryRun(() => Probe(directory, touch), out _))
            {
                problems.Add("Shipper:StateDirectory", directory, $"has not answered for {DiskProbe.Limit.TotalSeconds:F0} s",
                    "Fix or unmount the disk, or name another directory");
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            var reason = exception is FileNotFoundException or DirectoryNotFoundException
                ? "does not exist and cannot be created" : $"cannot be written ({exception.Message})";
            problems.Add("Shipper:StateDirectory", directory, reason,
                "Name a directory that the service's account may create or write to");
        }
    }

    private static bool Probe(string directory, bool touch)
    {
        if (touch || !OperatingSystem.IsLinux())
        {
            SafeFiles.Probe(directory);
            return true;
        }

        var there = directory;
        while (!Path.Exists(there) && Path.GetDirectoryName(there) is { } parent)
        {
            there = parent;
        }

        return !Directory.Exists(there) ? throw new IOException($"{there} is not a directory")
            : LinuxCalls.IsMadeByKernel(there) ? throw new IOException($"{there} is made by the kernel and takes no files")
            : LinuxCalls.MayCreateIn(there) ? true
            : throw new UnauthorizedAccessException($"this user may not create files in {there}, or its file system is read-only");
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
