using System.CommandLine;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Shipper.Foundation.Configuration;
using Shipper.Foundation.Hosting;
using Shipper.Foundation.Logging;

namespace Shipper.LocalFirehose.Hosting;

/// <summary>The commands <c>run</c> (the default) and <c>check</c>.</summary>
internal static class CommandLine
{
    /// <summary>The program's name in its messages.</summary>
    public const string Program = "local-firehose";

    /// <summary>Creates the root command.</summary>
    public static RootCommand Build()
    {
        var options = new ConfigurationOptions("LocalFirehose:Port=4573");
        var root = new RootCommand("The API of Amazon Data Firehose on localhost. It delivers to a directory.");
        var run = new Command("run", "Serve until SIGTERM or SIGINT (the default).");
        var check = new Command("check", "Check the configuration and print a summary.");
        options.AddTo(root);
        root.Subcommands.Add(run);
        root.Subcommands.Add(check);
        root.SetAction((result, cancellation) => RunAsync(options, result, cancellation));
        run.SetAction((result, cancellation) => RunAsync(options, result, cancellation));
        check.SetAction((result, _) => CheckAsync(options, result));
        return root;
    }

    private static async Task<int> RunAsync(ConfigurationOptions options, ParseResult result, CancellationToken cancellation)
    {
        var (firehose, levels) = Read(options, result);
        await using var host = FirehoseHost.Build(firehose, levels, TimeProvider.System);
        try
        {
            await host.StartAsync(cancellation);
        }
        catch (IOException exception) when (IsPortInUse(exception))
        {
            await Console.Error.WriteLineAsync(
                $"{Program}: port {firehose.Port} on 127.0.0.1 is in use; stop the process that uses it, or set LocalFirehose:Port "
                + "(0 takes any free port)");
            return ExitCodes.Fault;
        }

        await Console.Out.WriteLineAsync(host.Url);
        await host.WaitForStopAsync();
        return ExitCodes.Success;
    }

    private static async Task<int> CheckAsync(ConfigurationOptions options, ParseResult result)
    {
        var (firehose, _) = Read(options, result);
        var scheme = string.IsNullOrEmpty(firehose.Certificate.Path) ? "http" : "https";
        var directory = Path.GetFullPath(firehose.DataDirectory);
        await Console.Out.WriteLineAsync(
            $"The configuration is valid: {scheme}://127.0.0.1:{firehose.Port}, data in {directory}, "
            + $"{firehose.Streams.Count} configured streams.");
        return ExitCodes.Success;
    }

    private static (LocalFirehoseOptions Options, LogLevels Levels) Read(ConfigurationOptions options, ParseResult result)
    {
        var problems = new ConfigurationProblems();
        var configuration = options.Build(result, problems);
        var firehose = StrictBinder.Bind<LocalFirehoseOptions>(configuration.GetSection("LocalFirehose"), problems);
        OptionsValidation.Validate(firehose, TimeProvider.System.GetUtcNow(), problems);
        var levels = LogLevels.Read(configuration, problems);
        problems.ThrowIfAny();
        return (firehose, levels);
    }

    private static bool IsPortInUse(IOException exception) =>
        exception.InnerException is AddressInUseException or SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse };
}
