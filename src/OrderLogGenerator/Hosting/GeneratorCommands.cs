using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Shipper.Foundation.Configuration;
using Shipper.Foundation.Hosting;
using Shipper.Foundation.Hosting.Help;
using Shipper.Foundation.Logging;
using Shipper.OrderLogGenerator.Files;

namespace Shipper.OrderLogGenerator.Hosting;

/// <summary>The commands <c>run</c> (the default) and <c>check</c>.</summary>
internal sealed class GeneratorCommands
{
    private readonly ConfigurationOptions _configuration = new("Generator:LinesPerSecond=1000");

    /// <summary>Creates the root command and its subcommands.</summary>
    public ExplainedProgram Root()
    {
        var root = new ExplainedProgram(
            "order-log-generator",
            "Writes realistic order logs: sampled from published statistics, or replayed from a real file. The default command is run.",
            GeneratorHelp.Run);
        var run = new ExplainedCommand(
            "run", "Write lines until stopped, or until MaxLines or the end of the replay is reached (the default).", GeneratorHelp.Run);
        var check = new ExplainedCommand(
            "check",
            "Check the configuration and print what a run would do. Writes no file.",
            HelpSection.ExitCodes(new("0", "the configuration is valid"), GeneratorHelp.InvalidConfiguration),
            GeneratorHelp.Configuration);
        _configuration.AddTo(root);
        root.SetAction(RunAsync);
        run.SetAction(RunAsync);
        check.SetAction(CheckAsync);
        root.Subcommands.Add(run);
        root.Subcommands.Add(check);
        return root;
    }

    private Task<int> RunAsync(ParseResult arguments, CancellationToken stopping) =>
        Supervision.RunAsync("order-log-generator", supervisor => RunAsync(arguments, supervisor, stopping));

    private async Task<int> RunAsync(ParseResult arguments, ISupervisor supervisor, CancellationToken stopping)
    {
        var (options, levels) = Read(arguments);
        var outcome = new RunOutcome();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.AddServiceLogging(levels);
        builder.Services
            .AddSingleton(options)
            .AddSingleton(outcome)
            .AddSingleton(supervisor)
            .AddSingleton(TimeProvider.System)
            .AddSingleton<ILogDirectory>(new DiskLogDirectory(options.CreateDirectory))
            .AddHostedService<GenerationService>();
        using (var host = builder.Build())
        {
            await host.RunAsync(stopping);
        }

        await Console.Out.WriteLineAsync(outcome.Counts.Summary);
        return outcome.Fault is null ? ExitCodes.Success : ExitCodes.Fault;
    }

    private async Task<int> CheckAsync(ParseResult arguments, CancellationToken stopping)
    {
        var (options, _) = Read(arguments);
        await Console.Out.WriteLineAsync($"The configuration is valid: a run {RunDescription.Describe(options)}.");
        return ExitCodes.Success;
    }

    private (GeneratorOptions Options, LogLevels Levels) Read(ParseResult arguments)
    {
        var problems = new ConfigurationProblems();
        var configuration = _configuration.Build(arguments, problems);
        var options = GeneratorConfiguration.Read(configuration, problems);
        var levels = LogLevels.Read(configuration, problems);
        problems.ThrowIfAny();
        return (options, levels);
    }
}
