using System.Text.Json;
using System.Text.Json.Serialization;
using Shipper.Foundation.Files;
using Shipper.LocalFirehose.Streams;

namespace Shipper.LocalFirehose.Kinesis;

/// <summary>
/// How far each shard was read, on disk: one file for each stream in <paramref name="directory"/>. A position is written after its records
/// are stored; a process that is killed in between stores them again.
/// </summary>
internal sealed class ShardPositions(string directory)
{
    /// <summary>Stands for a closed shard that was read to its end.</summary>
    public const string Ended = "";

    /// <summary>The last sequence number of each shard; empty for a stream that was not read yet.</summary>
    public Dictionary<string, string> Read(StreamDefinition stream)
    {
        try
        {
            var file = JsonSerializer.Deserialize(File.ReadAllBytes(PathOf(stream)), PositionJson.Default.StreamPositions);

            // A stream that was deleted and created again begins anew.
            return file?.CreatedAt == stream.CreatedAt ? file.Shards : [];
        }
        catch (Exception exception) when (exception is FileNotFoundException or JsonException)
        {
            return [];
        }
    }

    /// <summary>Writes them, atomically.</summary>
    public void Write(StreamDefinition stream, Dictionary<string, string> shards) => PrivateFiles.Replace(
        PathOf(stream),
        file => JsonSerializer.Serialize(file, new StreamPositions(stream.CreatedAt, shards), PositionJson.Default.StreamPositions));

    private string PathOf(StreamDefinition stream) => Path.Combine(directory, stream.Name + ".json");
}

/// <summary>The file of a stream.</summary>
/// <param name="CreatedAt">When the stream was created.</param>
/// <param name="Shards">The last sequence number of each shard.</param>
internal sealed record StreamPositions(DateTimeOffset CreatedAt, Dictionary<string, string> Shards);

/// <summary>JSON form of positions.</summary>
[JsonSerializable(typeof(StreamPositions))]
internal sealed partial class PositionJson : JsonSerializerContext;
