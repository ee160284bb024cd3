using System.CommandLine;
using Shipper.Foundation.Configuration;
using Shipper.Foundation.Files;
using Shipper.Foundation.Hosting;

namespace Shipper.TailShipper.Commands.Shared.Finding;

/// <summary>
/// Finds the configuration that a command line is about: the files it names; else those of the installed service; else the usual file.
/// Nothing that the service's account may write names one.
/// </summary>
/// <param name="root">What stands before every folder that is searched; empty but for tests.</param>
internal sealed class ConfigurationFinder(string root = "")
{
    /// <summary>The file of a machine that has no service installed.</summary>
    public static string UsualFile { get; } = OperatingSystem.IsWindows()
        ? Path.Join(
            Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData), "tailshipper", ServiceConfiguration.FileName)
        : "/etc/tailshipper/" + ServiceConfiguration.FileName;

    /// <summary>Finds it.</summary>
    /// <param name="given">The files that the command line names.</param>
    /// <param name="isService">True for the service itself: what systemd gave to the process goes before the installed unit.</param>
    /// <param name="agent">The agent's configuration that the command line names; null for none.</param>
    public FoundConfiguration Find(IReadOnlyList<string> given, bool isService, AgentFiles? agent = null)
    {
        var ofUnit = ServiceConfiguration.OfUnit is { } file && !SafeFiles.IsMissing(file) ? file : null;
        if (agent is not null)
        {
            return new FoundConfiguration(given, "--agent-json", IsNamed: true) { Agent = agent }; // the unit's own file has flows
        }

        if (given.Count > 0)
        {
            // A unit gives its service both.
            return new FoundConfiguration(
                isService && ofUnit is not null && !given.Contains(ofUnit) ? [ofUnit, .. given] : given, "--config", IsNamed: true);
        }

        if (isService && ofUnit is not null)
        {
            return new FoundConfiguration([ofUnit], "CONFIGURATION_DIRECTORY");
        }

        if (InstalledService.Find(root) is { } service && Of(service) is var found && (found.Files.Count > 0 || found.Agent is not null))
        {
            return found;
        }

        return ofUnit is not null ? new FoundConfiguration([ofUnit], "CONFIGURATION_DIRECTORY")
            : !SafeFiles.IsMissing(Path.Join(root, UsualFile)) ? new FoundConfiguration([Path.Join(root, UsualFile)], "the usual place")
            : new FoundConfiguration([], "environment and --set");
    }

    private FoundConfiguration Of(InstalledService service)
    {
        // Parsed as the service parses it.
        var options = new ConfigurationOptions(mustExist: false);
        var agents = new AgentFileOptions();
        var parser = new RootCommand { TreatUnmatchedTokensAsErrors = false };
        options.AddTo(parser);
        agents.AddTo(parser);
        var parsed = parser.Parse(service.Arguments, Foundation.Hosting.Help.ExplainedProgram.Parsing);
        var top = Path.GetPathRoot(AppContext.BaseDirectory)!; // where services are started
        var named = options.FilesOf(parsed).Select(file => Path.Join(root, Path.GetFullPath(file, top)));
        if (agents.Of(parsed) is { } agent)
        {
            var agentFiles = new AgentFiles(
                Path.Join(root, Path.GetFullPath(agent.Main, top)), Path.Join(root, Path.GetFullPath(agent.Folder, top)));
            return new FoundConfiguration([.. named], service.Name)
            {
                Agent = agentFiles,
                Settings = options.SettingsOf(parsed),
                Variables = service.Environment,
            };
        }

        var usual = service.ConfigurationDirectory is { } directory
            && Path.Join(root, directory, ServiceConfiguration.FileName) is var file && !SafeFiles.IsMissing(file) ? file : null;
        List<string> files = [.. named];
        return new FoundConfiguration(usual is not null && !files.Contains(usual) ? [usual, .. files] : files, service.Name)
        {
            Settings = options.SettingsOf(parsed),
            Variables = service.Environment,
        };
    }
}

/// <summary>The files that a command uses.</summary>
/// <param name="Files">Weakest first.</param>
/// <param name="Origin">What named them, for people.</param>
/// <param name="IsNamed">True where the command line names them: whoever runs it answers for them.</param>
internal sealed record FoundConfiguration(IReadOnlyList<string> Files, string Origin, bool IsNamed = false)
{
    /// <summary>Every file that is read.</summary>
    public IReadOnlyList<string> All => [.. Agent?.All ?? [], .. Files];

    /// <summary>The agent's configuration on which the files lie; null for none.</summary>
    public AgentFiles? Agent { get; init; }

    /// <summary>The <c>--set</c> settings of the service's own command line.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>The variables that the service gets.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Gives this process the variables of the service: its directories in any case, others only where this process has none of its own.
    /// </summary>
    public void AdoptVariables()
    {
        foreach (var (name, value) in Variables)
        {
            if (name.EndsWith("_DIRECTORY", StringComparison.Ordinal) || string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name)))
            {
                Environment.SetEnvironmentVariable(name, value);
            }
        }
    }
}
