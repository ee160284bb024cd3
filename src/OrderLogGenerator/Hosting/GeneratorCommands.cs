using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Shipper.Foundation.Configuration;
using Shipper.Foundation.Hosting;
using Shipper.Foundation.Hosting.Help;
using Shipper.Foundation.Logging;
using Shipper.OrderLogGenerator.Files;

namespace Shipper.OrderLogGenerator.Hosting;

/// <summary>The command line: <c>run</c>, which is the default, and <c>check</c>.</summary>
internal sealed class GeneratorCommands
{
    private readonly ConfigurationOptions _configuration = new("Generator:LinesPerSecond=1000");

    /// <summary>The root command with everything below it.</summary>
    public ExplainedProgram Root()
    {
        var root = new ExplainedProgram(
            "order-log-generator",
            "Writes realistic order logs: sampled from published statistics, or replayed from a real file. Without a command it writes.",
            GeneratorHelp.Examples, GeneratorHelp.Configuration, GeneratorHelp.Files, GeneratorHelp.Environment, GeneratorHelp.Signals, GeneratorHelp.ExitCodes);
        var run = new ExplainedCommand(
            "run",
            "Write lines until told to stop or until there are enough (the default).",
            GeneratorHelp.Examples, GeneratorHelp.Configuration, GeneratorHelp.Files, GeneratorHelp.Environment, GeneratorHelp.Signals, GeneratorHelp.ExitCodes);
        var check = new ExplainedCommand(
            "check",
            "Check the configuration and say what a run would do. Writes nothing.",
            HelpSection.ExitCodes(new("0", "it can be used"), new("78", "it cannot: each problem is named with key, value, reason and fix")),
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
        var (configuration, options) = Read(arguments);
        var outcome = new RunOutcome();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.AddServiceLogging(configuration);
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
        var (_, options) = Read(arguments);
        await Console.Out.WriteLineAsync($"The configuration is valid: a run {GeneratorPlan.Describe(options)}.");
        return ExitCodes.Success;
    }

    private (IConfigurationRoot Configuration, GeneratorOptions Options) Read(ParseResult arguments)
    {
        var problems = new ConfigurationProblems();
        var configuration = _configuration.Build(arguments, problems);
        var options = GeneratorConfiguration.Read(configuration, problems);
        problems.ThrowIfAny();
        return (configuration, options);
    }
}
