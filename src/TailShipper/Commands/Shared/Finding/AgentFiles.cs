using System.CommandLine;
using System.Text.Json;
using Shipper.Foundation.Files;

namespace Shipper.TailShipper.Commands.Shared.Finding;

/// <summary>A configuration of the Kinesis Agent that takes the place of one of ours.</summary>
/// <param name="Main">The file agent.json.</param>
/// <param name="Folder">The folder with further flows; it need not exist.</param>
internal sealed record AgentFiles(string Main, string Folder)
{
    private const int MostBytes = 16 * 1024 * 1024;

    /// <summary>True for a file of the agent's, which has its flows outside of any section.</summary>
    public static bool IsOne(string file)
    {
        try
        {
            using var document = JsonDocument.Parse(
                SafeFiles.ReadAll(Path.GetFullPath(file), MostBytes, followLinks: true),
                new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            return document.RootElement is { ValueKind: JsonValueKind.Object } root
                && root.TryGetProperty("flows", out var flows) && flows.ValueKind == JsonValueKind.Array
                && !root.TryGetProperty("Shipper", out _);
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            return false; // reading it as ours says what is wrong
        }
    }

    /// <summary>The file and every file of the folder; none that cannot be listed.</summary>
    public IReadOnlyList<string> All
    {
        get
        {
            try
            {
                var further = Directory.Exists(Folder) ? Directory.EnumerateFiles(Folder) : [];
                return [Main, .. further.Order(StringComparer.Ordinal)];
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return [Main]; // reading it says why
            }
        }
    }
}

/// <summary>The options that name one: <c>--agent-json FILE</c> and <c>--agent-d DIR</c>.</summary>
internal sealed class AgentFileOptions
{
    private readonly Option<string?> _main = new("--agent-json")
    {
        Description = "A configuration of the Amazon Kinesis Agent that is taken as it is; --config files and --set override what it says.",
        HelpName = "FILE",
        Recursive = true,
    };

    private readonly Option<string?> _folder = new("--agent-d")
    {
        Description = "The folder with further flows of that agent. Default: agent.d beside the file.",
        HelpName = "DIR",
        Recursive = true,
    };

    /// <summary>Adds both options to <paramref name="command"/> and every command below it.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_main);
        command.Options.Add(_folder);
    }

    /// <summary>What the command line names; null where it names none.</summary>
    public AgentFiles? Of(ParseResult result) => result.GetValue(_main) is { } main ? Of(main, result) : null;

    /// <summary>A file with the folder that the command line names, else the one beside it.</summary>
    public AgentFiles Of(string main, ParseResult result) => new(main, result.GetValue(_folder) ?? FolderBeside(main));

    /// <summary>True where the command line names a folder.</summary>
    public bool NamesFolder(ParseResult result) => result.GetValue(_folder) is not null;

    /// <summary>The folder that the agent looks for beside its file.</summary>
    private static string FolderBeside(string main) => Path.Join(Path.GetDirectoryName(Path.GetFullPath(main)), "agent.d");
}
