using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Shipper.Foundation.Files;

namespace Shipper.Foundation.Configuration;

/// <summary>
/// Layers the configuration, weakest first: files, environment variables (<c>Section__Key</c>), each <c>--set Key:Path=value</c>.
/// </summary>
internal static class ServiceConfiguration
{
    /// <summary>The name of a configuration file in a directory of its own.</summary>
    public const string FileName = "appsettings.json";

    private const int MaxFileBytes = 16 * 1024 * 1024; // a thousand flows take half of one

    private static readonly string[] Sections =
        ["Generator", "Shipper", "LocalFirehose", "Pipeline", "Serilog", "Logging", "$schema"];

    // A file that has one of these replaces the whole list: merging two lists index by index would mix flow 0 of one file with flow 0 of
    // another.
    private static readonly string[] WholeLists = ["Shipper:Flows"];

    // As the framework's JSON provider reads files.
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>
    /// Builds the configuration of a program that has usual values beside its executable: <c>appsettings.json</c> there, the one in
    /// systemd's CONFIGURATION_DIRECTORY, then <paramref name="configFiles"/>. As <see cref="Of"/> otherwise.
    /// </summary>
    public static IConfigurationRoot Build(
        IReadOnlyList<string> configFiles, IReadOnlyList<string> settings, ConfigurationProblems problems)
    {
        string?[] usual = [Path.Combine(AppContext.BaseDirectory, FileName), OfUnit];
        return Of([.. usual.OfType<string>().Where(File.Exists), .. configFiles], settings, problems);
    }

    /// <summary>
    /// Builds the configuration of these files, the environment and these settings; nothing else is read. Files that cannot be read and
    /// unknown sections are added to <paramref name="problems"/>.
    /// </summary>
    /// <param name="files">JSON files, weakest first.</param>
    /// <param name="settings">As <c>Key:Path=value</c>.</param>
    /// <param name="problems">Takes what is wrong.</param>
    /// <param name="basis">Keys and values that go before the files; null for none.</param>
    public static IConfigurationRoot Of(
        IReadOnlyList<string> files, IReadOnlyList<string> settings, ConfigurationProblems problems,
        IEnumerable<KeyValuePair<string, string?>>? basis = null)
    {
        var builder = new ConfigurationBuilder();
        var layers = new Dictionary<string, string?>(basis ?? [], StringComparer.OrdinalIgnoreCase);
        foreach (var file in files)
        {
            Overlay(layers, file, problems);
        }

        builder.AddInMemoryCollection(layers);
        foreach (var section in Sections)
        {
            builder.AddInMemoryCollection(EnvironmentKeys(section));
        }

        builder.AddInMemoryCollection(ParseSettings(settings, problems));
        return builder.Build();
    }

    /// <summary>The file in the directory that systemd gave to the process (CONFIGURATION_DIRECTORY); null where it gave none.</summary>
    public static string? OfUnit =>
        // A colon-separated list when a unit names several directories.
        Environment.GetEnvironmentVariable("CONFIGURATION_DIRECTORY")?.Split(':')[0] is { Length: > 0 } directory
            ? Path.Combine(directory, FileName)
            : null;

    private static void Overlay(Dictionary<string, string?> layers, string file, ConfigurationProblems problems)
    {
        IConfigurationRoot read;
        try
        {
            var json = SafeFiles.ReadAll(Path.GetFullPath(file), MaxFileBytes, followLinks: true);
            if (json.AsSpan().Trim(" \t\r\n"u8).IsEmpty)
            {
                problems.AddMissing("--config", file, "is empty", "Write the configuration into it, or name another file");
                return;
            }

            read = new ConfigurationBuilder().AddJsonStream(new MemoryStream(json)).Build();
            using var document = JsonDocument.Parse(WithoutByteOrderMark(json), Lenient);
            RefuseNulls(document.RootElement, "", file, problems);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            var reason = Directory.Exists(file) ? "is a directory" : $"cannot be read ({exception.Message.TrimEnd('.')})";
            problems.AddMissing("--config", file, reason, "Name a readable JSON file");
            return;
        }
        catch (Exception exception) when (
            exception is InvalidDataException or FormatException or JsonException or InvalidOperationException) // the last: not UTF-8
        {
            problems.AddMissing("--config", file, $"is not valid JSON ({Cause(exception)})", "Fix the file at the position named");
            return;
        }

        foreach (var top in read.GetChildren().Where(top => !Sections.Contains(top.Key, StringComparer.OrdinalIgnoreCase)))
        {
            var near = Spelling.Nearest(top.Key, Sections);
            problems.Add(top.Key, top.Value, $"is not a known section (in {file})", near is null ? "Remove it" : $"Did you mean {near}?");
        }

        // An empty list, which has the value "", replaces the list too.
        foreach (var list in WholeLists.Where(list => read.GetSection(list).Exists()))
        {
            foreach (var stale in layers.Keys.Where(key => (key + ":").StartsWith(list + ":", StringComparison.OrdinalIgnoreCase)).ToList())
            {
                layers.Remove(stale);
            }
        }

        foreach (var (key, value) in read.AsEnumerable().Where(pair => pair.Value is not null))
        {
            layers[key] = value;
        }
    }

    // The parser counts lines and bytes from 0, and people from 1.
    private static string Cause(Exception exception) =>
        (exception as JsonException ?? exception.InnerException as JsonException) is { LineNumber: { } line } json
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{json.Message.Split(" LineNumber:")[0].TrimEnd('.')}; line {line + 1}, byte {(json.BytePositionInLine ?? 0) + 1}")
            : (exception.InnerException ?? exception).Message.TrimEnd('.');

    // A null would have no effect: the value of an earlier layer would stay.
    private static void RefuseNulls(JsonElement element, string path, string file, ConfigurationProblems problems)
    {
        if (element.ValueKind == JsonValueKind.Null)
        {
            problems.Add(path, "null", $"is not a value (in {file})", "Write a value, or remove the key to keep what applies without it");
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in element.EnumerateObject())
            {
                RefuseNulls(property.Value, path.Length == 0 ? property.Name : $"{path}:{property.Name}", file, problems);
            }
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            var index = 0;
            foreach (var item in element.EnumerateArray())
            {
                RefuseNulls(item, $"{path}:{index++}", file, problems);
            }
        }
    }

    private static ReadOnlyMemory<byte> WithoutByteOrderMark(byte[] json) => json is [0xEF, 0xBB, 0xBF, ..] ? json.AsMemory(3) : json;

    private static Dictionary<string, string?> EnvironmentKeys(string section)
    {
        var prefix = section + "__";
        return Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
            .Where(entry => ((string)entry.Key).StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            .ToDictionary(
                entry => ((string)entry.Key).Replace("__", ":", StringComparison.Ordinal),
                entry => (string?)entry.Value,
                StringComparer.OrdinalIgnoreCase);
    }

    private static Dictionary<string, string?> ParseSettings(IReadOnlyList<string> settings, ConfigurationProblems problems)
    {
        var parsed = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var setting in settings)
        {
            var equals = setting.IndexOf('=', StringComparison.Ordinal);
            var section = setting.Split(':', 2)[0];
            if (equals <= 0 || !setting.AsSpan(0, Math.Max(equals, 0)).Contains(':'))
            {
                problems.Add("--set", setting, "is not of the form Key:Path=value", "Write for example --set Shipper:Aws:Region=eu-west-1");
            }
            else if (!Sections.Contains(section, StringComparer.OrdinalIgnoreCase))
            {
                var known = string.Join(", ", Sections[..5]);
                problems.Add("--set", setting, $"\"{section}\" is not a known section", $"Start with one of {known}");
            }
            else
            {
                parsed[setting[..equals]] = setting[(equals + 1)..];
            }
        }

        return parsed;
    }
}
