using System.Text.Json;
using System.Text.Json.Serialization;
using Shipper.Foundation.Files;

namespace Shipper.LocalFirehose.Streams;

/// <summary>One file per stream in <paramref name="directory"/>, replaced atomically.</summary>
internal sealed class StreamFiles(string directory)
{
    private const string Extension = ".json";
    private const string TemporaryExtension = ".new";

    /// <summary>Every stream on disk.</summary>
    /// <exception cref="InvalidDataException">A file that is not a stream's; it is named in the message.</exception>
    public IReadOnlyList<StreamDefinition> ReadAll()
    {
        var streams = new List<StreamDefinition>();
        foreach (var path in Directory.EnumerateFiles(directory, "*" + Extension).Order(StringComparer.Ordinal))
        {
            try
            {
                streams.Add(JsonSerializer.Deserialize(File.ReadAllBytes(path), StreamJson.Default.StreamDefinition)
                    ?? throw new JsonException("null"));
            }
            catch (JsonException exception)
            {
                throw new InvalidDataException($"{path} does not describe a stream ({exception.Message}); mend it or move it away", exception);
            }
        }

        return streams;
    }

    /// <summary>Writes or replaces a stream's file.</summary>
    public void Write(StreamDefinition definition)
    {
        var path = PathOf(definition.Name);
        using (var file = new FileStream(path + TemporaryExtension, PrivateFiles.Options(FileMode.Create, FileAccess.Write, FileShare.None)))
        {
            JsonSerializer.Serialize(file, definition, StreamJson.Default.StreamDefinition);
        }

        File.Move(path + TemporaryExtension, path, overwrite: true);
    }

    /// <summary>Deletes a stream's file.</summary>
    public void Delete(string name) => File.Delete(PathOf(name));

    private string PathOf(string name) => Path.Combine(directory, name + Extension);
}

/// <summary>How stream definitions are written to disk.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(StreamDefinition))]
internal sealed partial class StreamJson : JsonSerializerContext;
