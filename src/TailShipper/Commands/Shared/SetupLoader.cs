using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Shipper.Foundation.Configuration;
using Shipper.Foundation.Hosting;
using Shipper.TailShipper.Commands.Shared.AgentImport;
using Shipper.TailShipper.Commands.Shared.Finding;
using Shipper.TailShipper.Hosting;

namespace Shipper.TailShipper.Commands.Shared;

/// <summary>Finds and reads the configuration that a command line is about.</summary>
/// <param name="configuration">The options that name one.</param>
/// <param name="agents">The options that name one of the Kinesis Agent's.</param>
/// <param name="finder">Finds it where they name none.</param>
internal sealed class SetupLoader(ConfigurationOptions configuration, AgentFileOptions agents, ConfigurationFinder finder)
{
    /// <summary>For a command that asks: what only a running service needs is not checked.</summary>
    /// <exception cref="ConfigurationException">It cannot be used; with every problem.</exception>
    /// <exception cref="StartRefusedException">The installed service's configuration is not this user's to read.</exception>
    public ShipperSetup Load(ParseResult result)
    {
        var found = Find(result, isService: false);
        if (!found.IsNamed && found.All.FirstOrDefault(IsForbidden) is { } file)
        {
            throw new StartRefusedException(
                $"user {Environment.UserName} may not read {file}, the configuration of the service ({found.Origin}). Ask as root (sudo "
                + $"tailshipper …) or as a member of the service's group (sudo usermod -aG tailshipper {Environment.UserName}, then log in "
                + "again), or name another file with --config",
                ExitCodes.Undetermined);
        }

        return Load(result, found, toRun: false);
    }

    /// <summary>With everything that a running service needs; nothing on disk is changed.</summary>
    /// <exception cref="ConfigurationException">It cannot be used; with every problem.</exception>
    public ShipperSetup LoadToCheck(ParseResult result) => Load(result, Find(result, isService: false), toRun: true);

    /// <summary>For the service itself: its state directory is created, once everything else is right.</summary>
    /// <param name="result">The command line.</param>
    /// <param name="settings">Settings that go before all others, as <c>Key:Path=value</c>.</param>
    /// <exception cref="ConfigurationException">It cannot be used; with every problem.</exception>
    public ShipperSetup LoadToRun(ParseResult result, IReadOnlyList<string> settings) =>
        Load(result, Find(result, isService: true), toRun: true, touch: true, settings);

    /// <summary>For the import: what an agent's configuration comes to, with the --config files and settings of the command line.</summary>
    /// <exception cref="ConfigurationException">It cannot be used; with every problem.</exception>
    public (ImportedConfiguration Import, ShipperSetup Setup) LoadToImport(ParseResult result, string main)
    {
        var problems = new ConfigurationProblems();
        var files = agents.Of(main, result);
        if (ImportedConfiguration.Read(files.Main, files.Folder, problems) is not { } import)
        {
            throw new ConfigurationException(problems.All);
        }

        var layers = ServiceConfiguration.Of(configuration.FilesOf(result), configuration.SettingsOf(result), problems, import.Keys);
        return (import, ShipperSetup.Load(layers, problems, toRun: false));
    }

    /// <summary>The agent's configuration that the service runs with; null for none.</summary>
    public AgentFiles? AgentOf(ParseResult result) => Find(result, isService: true).Agent;

    /// <summary>The settings of the command line, as <c>Key:Path=value</c>.</summary>
    public IReadOnlyList<string> SettingsOf(ParseResult result) => configuration.SettingsOf(result);

    private FoundConfiguration Find(ParseResult result, bool isService) =>
        finder.Find(configuration.FilesOf(result), isService, agents.Of(result));

    private ShipperSetup Load(
        ParseResult result, FoundConfiguration found, bool toRun, bool touch = false, IReadOnlyList<string>? more = null)
    {
        var problems = new ConfigurationProblems();
        if (!found.IsNamed)
        {
            RootsFiles.Check(found.All, problems);
        }

        if (found.Agent is null && agents.NamesFolder(result))
        {
            problems.Add("--agent-d", null, "has no effect without --agent-json", "Name the agent's configuration too");
        }

        foreach (var file in found.Files.Where(AgentFiles.IsOne))
        {
            problems.AddMissing(
                "--config", file, "is a configuration of the Amazon Kinesis Agent",
                $"Run with it as it is: --agent-json {file}; or take it over: tailshipper import-agent {file}");
        }

        if (problems.IsIncomplete)
        {
            problems.ThrowIfAny();
        }

        found.AdoptVariables();
        var agent = found.Agent is { } files ? ImportedConfiguration.Read(files.Main, files.Folder, problems) : null;
        if (found.Agent is not null && agent is null)
        {
            problems.ThrowIfAny();
        }

        var layers = ServiceConfiguration.Of(
            found.Files, [.. found.Settings, .. configuration.SettingsOf(result), .. more ?? []], problems, agent?.Keys);
        if (found.All.Count == 0 && !layers.GetSection("Shipper:Flows").Exists())
        {
            problems.AddMissing(
                "Shipper:Flows", null,
                "there is no flow, because there is no configuration: no --config, no installed service, no "
                + ConfigurationFinder.UsualFile,
                "Name a file with --config");
        }

        return ShipperSetup.Load(layers, problems, toRun, touch) with
        {
            Source = ([.. (agent?.Agent.Files ?? []).Concat(found.Files).Select(Path.GetFullPath)], found.Origin),
        };
    }

    private static bool IsForbidden(string file)
    {
        try
        {
            using var opened = Foundation.Files.SafeFiles.OpenToRead(file, followLinks: true);
            return false;
        }
        catch (UnauthorizedAccessException)
        {
            return true;
        }
        catch (IOException)
        {
            return false; // reading it says why
        }
    }
}
