using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using Shipper.ChangeCapture;
using Shipper.Foundation.Hosting;
using Shipper.Foundation.Hosting.Help;

namespace Shipper.ChangeFunction;

/// <summary>The command line: on AWS Lambda the function's runtime, elsewhere an endpoint of this machine.</summary>
internal sealed class FunctionCommand
{
    /// <summary>The program's name in its messages.</summary>
    public const string Program = "change-function";

    private const int DefaultPort = 9001;
    private const string TableVariable = "CHANGE_TABLE";
    private const string RuntimeVariable = "AWS_LAMBDA_RUNTIME_API";

    private readonly Option<int> _port = new("--port")
    {
        Description = $"TCP port on 127.0.0.1. Default {DefaultPort}.",
        HelpName = "PORT",
        CustomParser = ParsePort,
        DefaultValueFactory = _ => DefaultPort,
    };

    private readonly Option<string?> _table = new("--table")
    {
        Description = "Take only the changes of this table; those of others are dropped. Default: of every table.",
        HelpName = "NAME",
    };

    /// <summary>Creates the command.</summary>
    public ExplainedProgram Root()
    {
        var root = new ExplainedProgram(
            Program,
            "Makes flat lines of the changes of a DynamoDB table: a function for the data transformation of a Firehose stream. On AWS "
            + "Lambda it is the function's bootstrap; elsewhere it answers invocations on this machine.",
            HelpSection.Examples(
                new(Program, $"answer POST http://127.0.0.1:{DefaultPort}/, for local-firehose"),
                new($"{Program} --table orders", "drop the changes of other tables")),
            new HelpSection(
                "Environment",
                new HelpEntry(TableVariable, "as --table, which replaces it"),
                new HelpEntry(RuntimeVariable, "set by Lambda: where invocations come from; --port has no effect then")),
            HelpSection.ExitCodes(
                new("0", "stopped (SIGINT, SIGTERM)"),
                new("1", "an unexpected error; on Lambda, the runtime cannot be reached"),
                new("2", "the command line is invalid"),
                new("73", "the port cannot be used, for example because another program listens there")));
        root.Options.Add(_port);
        root.Options.Add(_table);
        root.SetAction((arguments, _) => RunAsync(arguments));
        return root;
    }

    private async Task<int> RunAsync(ParseResult arguments)
    {
        var table = arguments.GetValue(_table) ?? Environment.GetEnvironmentVariable(TableVariable);
        var invocations = new Invocations(new FirehoseTransformation(string.IsNullOrEmpty(table) ? null : table), Console.Error);
        using var stopping = new CancellationTokenSource();
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        try
        {
            await (Environment.GetEnvironmentVariable(RuntimeVariable) is { Length: > 0 } runtime
                ? new LambdaRuntime(runtime, invocations).RunAsync(stopping.Token)
                : new LocalEndpoint(arguments.GetValue(_port), invocations, Console.Out).RunAsync(stopping.Token));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // It was asked to stop.
        }

        return ExitCodes.Success;

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stopping.Cancel();
        }
    }

    private static int ParsePort(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= IPEndPoint.MaxPort)
        {
            return port;
        }

        result.AddError($"--port {text} is not a TCP port, 1 to {IPEndPoint.MaxPort}, for example --port {DefaultPort}");
        return DefaultPort;
    }
}
