using System.Text.Json;
using System.Text.Json.Serialization;
using Shipper.Foundation.Files;

namespace Shipper.LocalFirehose.Streams;

/// <summary>The definitions on disk: one file per stream in <paramref name="directory"/>, replaced atomically.</summary>
internal sealed class StreamFiles(string directory)
{
    private const string Extension = ".json";

    /// <summary>Reads all definitions.</summary>
    /// <exception cref="InvalidDataException">A file is damaged; the message names it.</exception>
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
                throw new InvalidDataException(
                    $"{path} is not a stream definition ({exception.Message}); fix it or move it away", exception);
            }
        }

        return streams;
    }

    /// <summary>Writes or replaces a definition.</summary>
    public void Write(StreamDefinition definition) => PrivateFiles.Replace(
        PathOf(definition.Name), file => JsonSerializer.Serialize(file, definition, StreamJson.Default.StreamDefinition));

    /// <summary>Deletes a definition.</summary>
    public void Delete(string name) => File.Delete(PathOf(name));

    private string PathOf(string name) => Path.Combine(directory, name + Extension);
}

/// <summary>JSON form of stream definitions.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(StreamDefinition))]
internal sealed partial class StreamJson : JsonSerializerContext;
