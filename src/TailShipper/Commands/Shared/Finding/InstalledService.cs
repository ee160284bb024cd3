using Shipper.Foundation.Configuration;
using Shipper.Foundation.Files;

namespace Shipper.TailShipper.Commands.Shared.Finding;

/// <summary>What the service is started with, from what root, or an administrator, installed: never from what the service wrote.</summary>
/// <param name="Name">Its name for people.</param>
/// <param name="Arguments">Its command line, without the program.</param>
/// <param name="ConfigurationDirectory">The directory whose <c>appsettings.json</c> it reads; null for none.</param>
/// <param name="Environment">The variables that it gets.</param>
internal sealed record InstalledService(
    string Name, IReadOnlyList<string> Arguments, string? ConfigurationDirectory, IReadOnlyDictionary<string, string> Environment)
{
    private const string CredentialFile = "AWS_SHARED_CREDENTIALS_FILE";

    // Setting of the unit, where its directories are, and the variable that names them to the service (systemd.exec(5)).
    private static readonly (string Setting, string Parent, string Variable)[] Directories =
    [
        ("StateDirectory", "/var/lib", "STATE_DIRECTORY"), ("LogsDirectory", "/var/log", "LOGS_DIRECTORY"),
        ("RuntimeDirectory", "/run", "RUNTIME_DIRECTORY"),
    ];

    /// <summary>The systemd unit, or the Windows service; null where none is installed.</summary>
    /// <param name="root">What stands before the folders of systemd; empty but for tests.</param>
    public static InstalledService? Find(string root = "") =>
        OperatingSystem.IsWindows() ? WindowsRegistration.Read() : OfUnit(UnitFile.Read(root), root);

    /// <summary>What a unit says; null where none is installed.</summary>
    internal static InstalledService? OfUnit(UnitFile unit, string root = "")
    {
        if (!unit.IsInstalled || unit.ListOf("ExecStart") is not [.., var command])
        {
            return null;
        }

        var variables = VariablesOf(unit, root);
        foreach (var (setting, parent, variable) in Directories)
        {
            if (FirstOf(unit, setting) is { } directory)
            {
                variables.TryAdd(variable, Path.Join(parent, directory));
            }
        }

        foreach (var credential in unit.ListOf("LoadCredential"))
        {
            if (credential.Split(':', 2) is ["aws-credentials", { Length: > 0 } file] && Path.IsPathFullyQualified(file))
            {
                variables.TryAdd(CredentialFile, file);
            }
        }

        var words = CommandWords.OfUnit(command.TrimStart('@', '-', ':', '+', '!', '|'));
        return new InstalledService(
            $"the unit {UnitFile.Name}", [.. words.Skip(1).SelectMany(word => Expand(word, variables))],
            FirstOf(unit, "ConfigurationDirectory") is { } name ? Path.Join("/etc", name) : null, variables);
    }

    // "NAME[:LINK…]"; several in one line, or in several.
    private static string? FirstOf(UnitFile unit, string setting) =>
        unit.ListOf(setting).SelectMany(CommandWords.OfUnit).Select(word => Specifiers(word).Split(':')[0]).FirstOrDefault();

    private static Dictionary<string, string> VariablesOf(UnitFile unit, string root)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var assignment in unit.ListOf("Environment").SelectMany(CommandWords.OfUnit).Select(Specifiers))
        {
            Assign(variables, assignment);
        }

        // A file goes before the unit's own settings.
        foreach (var file in unit.ListOf("EnvironmentFile").Select(file => Specifiers(file.TrimStart('-'))))
        {
            try
            {
                foreach (var line in File.ReadLines(Path.Join(root, file)).Select(line => line.Trim())
                    .Where(line => line is not ("" or ['#' or ';', ..])))
                {
                    if (line.Split('=', 2) is [var name, var value])
                    {
                        variables[name.Trim()] = string.Join(' ', CommandWords.OfUnit(value));
                    }
                }
            }
            catch (Exception exception) when (exception.IsDiskError())
            {
                // Only root may read it, for example. A service that runs with more than was found here is noticed.
            }
        }

        return variables;
    }

    private static void Assign(Dictionary<string, string> variables, string assignment)
    {
        if (assignment.Split('=', 2) is [{ Length: > 0 } name, var value])
        {
            variables[name] = value;
        }
    }

    // "${NAME}" within a word; a word that is "$NAME" becomes as many as it has.
    private static IEnumerable<string> Expand(string word, Dictionary<string, string> variables)
    {
        if (word is ['$', not ('{' or '$'), ..])
        {
            return CommandWords.OfUnit(variables.GetValueOrDefault(word[1..], ""));
        }

        var text = Specifiers(word);
        foreach (var (name, value) in variables)
        {
            text = text.Replace("${" + name + "}", value, StringComparison.Ordinal);
        }

        return [text];
    }

    // Those of systemd.unit(5) that a path of this service could have.
    private static string Specifiers(string word) => !word.Contains('%', StringComparison.Ordinal) ? word : word
        .Replace("%E", "/etc", StringComparison.Ordinal).Replace("%S", "/var/lib", StringComparison.Ordinal)
        .Replace("%L", "/var/log", StringComparison.Ordinal).Replace("%t", "/run", StringComparison.Ordinal)
        .Replace("%N", "tailshipper", StringComparison.Ordinal).Replace("%p", "tailshipper", StringComparison.Ordinal)
        .Replace("%n", UnitFile.Name, StringComparison.Ordinal).Replace("%%", "%", StringComparison.Ordinal);
}
