using System.Text.Json;
using Shipper.LocalFirehose.Delivery;
using Shipper.LocalFirehose.Protocol;

namespace Shipper.LocalFirehose.Serving;

/// <summary>TagDeliveryStream, UntagDeliveryStream, ListTagsForDeliveryStream.</summary>
internal sealed class TagOperations(StreamRegistry streams)
{
    // Lengths from the Tag shape of Firehose's API reference.
    private const int MaxKeyLength = 128;
    private const int MaxValueLength = 256;

    /// <summary>Adds the tags of the request to <paramref name="tags"/> and checks their limits.</summary>
    public static void Merge(JsonInput input, SortedDictionary<string, string> tags)
    {
        foreach (var element in input.List("Tags") ?? [])
        {
            var tag = new JsonInput(JsonInput.Object(element));
            var key = tag.Text("Key");
            var value = tag.Text("Value") ?? "";
            if (key is null or "" || key.Length > MaxKeyLength || key.StartsWith("aws:", StringComparison.OrdinalIgnoreCase))
            {
                throw new ServiceException(
                    Errors.InvalidArgument($"A tag's key has 1 to {MaxKeyLength} characters and does not start with aws:."));
            }

            if (value.Length > MaxValueLength)
            {
                throw new ServiceException(Errors.InvalidArgument($"A tag's value has at most {MaxValueLength} characters."));
            }

            tags[key] = value;
        }

        if (tags.Count > Limits.MaxTags)
        {
            throw new ServiceException(Errors.LimitExceeded($"A delivery stream can have at most {Limits.MaxTags} tags."));
        }
    }

    /// <summary>TagDeliveryStream.</summary>
    public void Tag(JsonInput input)
    {
        RequireList(input, "Tags", "tags");
        Change(input, tags => Merge(input, tags));
    }

    /// <summary>UntagDeliveryStream.</summary>
    public void Untag(JsonInput input)
    {
        var keys = RequireList(input, "TagKeys", "tagKeys")
            .Select(key => key.ValueKind == JsonValueKind.String
                ? key.GetString()!
                : throw new ServiceException(Errors.Serialization($"{key.ValueKind} found where String is expected.")))
            .ToList();
        Change(input, tags => keys.ForEach(key => tags.Remove(key)));
    }

    /// <summary>ListTagsForDeliveryStream, sorted by key.</summary>
    public void List(JsonInput input, Utf8JsonWriter json)
    {
        var stream = streams.Find(input.StreamName()).Definition;
        var limit = input.Number("Limit") ?? Limits.MaxTags;
        if (limit is < 1 or > Limits.MaxTags)
        {
            throw new ServiceException(Errors.Constraint($"{limit}", "limit", $"Member must have value between 1 and {Limits.MaxTags}"));
        }

        var after = input.Text("ExclusiveStartTagKey");
        var tags = stream.Tags.Where(tag => after is null || string.CompareOrdinal(tag.Key, after) > 0).ToList();
        json.WriteStartArray("Tags");
        foreach (var (key, value) in tags.Take(limit))
        {
            json.WriteStartObject();
            json.WriteString("Key", key);
            json.WriteString("Value", value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteBoolean("HasMoreTags", tags.Count > limit);
    }

    private static IReadOnlyList<JsonElement> RequireList(JsonInput input, string name, string path)
    {
        var list = input.List(name) ?? throw new ServiceException(Errors.Constraint(null, path, "Member must not be null"));
        return list.Count > 0
            ? list
            : throw new ServiceException(Errors.Constraint("[]", path, "Member must have length greater than or equal to 1"));
    }

    private void Change(JsonInput input, Action<SortedDictionary<string, string>> change) =>
        streams.Change(input.StreamName(), current =>
        {
            var tags = new SortedDictionary<string, string>(current.Tags, StringComparer.Ordinal);
            change(tags);
            return current with { Tags = tags };
        });
}
