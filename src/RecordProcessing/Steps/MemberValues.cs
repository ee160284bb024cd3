using System.Text;
using Shipper.RecordProcessing.Json;

namespace Shipper.RecordProcessing.Steps;

/// <summary>Members that are added to a record: their names, and their text for one record.</summary>
internal abstract class MemberValues
{
    /// <summary>Their names, which replace members of the record.</summary>
    public abstract IReadOnlyList<string> Names { get; }

    /// <summary>True when they depend only on the record and its origin.</summary>
    public virtual bool IsRepeatable => true;

    /// <summary>Adds the members, with commas between them; false where there are none to add.</summary>
    public abstract bool Write(in RecordOrigin origin, RecordBuffer output);

    /// <summary>A text as JSON.</summary>
    protected static byte[] JsonOf(string text)
    {
        var buffer = new RecordBuffer();
        JsonText.WriteString(buffer, Encoding.UTF8.GetBytes(text));
        return buffer.Written.ToArray();
    }
}

/// <summary>The members of a Metadata step.</summary>
internal sealed class ConfiguredMembers(ProcessingOptions options, ChainSurroundings surroundings) : MemberValues
{
    private readonly (byte[] Name, MemberSource From, byte[]? Json)[] _members =
    [
        .. options.Members.Select(member => (JsonText.Name(member.Name), member.From, member.From switch
        {
            MemberSource.Text => JsonOf(member.Value),
            MemberSource.Json => Encoding.UTF8.GetBytes(member.Value),
            MemberSource.HostName => JsonOf(surroundings.HostName),
            _ => null,
        })),
    ];

    private readonly PathText _path = new();

    public override IReadOnlyList<string> Names { get; } = [.. options.Members.Select(member => member.Name)];

    public override bool IsRepeatable => options.Members.TrueForAll(member => member.From != MemberSource.Time);

    public override bool Write(in RecordOrigin origin, RecordBuffer output)
    {
        for (var index = 0; index < _members.Length; index++)
        {
            var (name, from, json) = _members[index];
            if (index > 0)
            {
                output.Write((byte)',');
            }

            output.Write(name);
            switch (from)
            {
                case MemberSource.Path:
                    output.Write(_path.Of(origin.Path).Whole);
                    break;
                case MemberSource.FileName:
                    output.Write(_path.Of(origin.Path).Name);
                    break;
                case MemberSource.Offset:
                    JsonText.WriteNumber(output, origin.Offset);
                    break;
                case MemberSource.Time:
                    TimeText.WriteUtc(output, surroundings.Time.GetUtcNow());
                    break;
                default:
                    output.Write(json);
                    break;
            }
        }

        return true;
    }

    /// <summary>A path as JSON. Records come from one file after another: the last one is remembered.</summary>
    private sealed class PathText
    {
        private string? _path;

        public byte[] Whole { get; private set; } = [];

        public byte[] Name { get; private set; } = [];

        public PathText Of(string path)
        {
            if (!string.Equals(path, _path, StringComparison.Ordinal))
            {
                (_path, Whole, Name) = (path, JsonOf(path), JsonOf(Path.GetFileName(path)));
            }

            return this;
        }
    }
}

/// <summary>
/// The member of a Provenance step: h the machine's name, s the id of the state directory, f the stream, e its epoch, o the offset,
/// l the length.
/// </summary>
internal sealed class ProvenanceMember(ProcessingOptions options, ChainSurroundings surroundings) : MemberValues
{
    /// <summary>Its name where none is configured.</summary>
    public const string DefaultName = "$src";

    private readonly byte[] _start =
    [
        .. JsonText.Name(NameOf(options)), .. "{\"h\":"u8, .. JsonOf(surroundings.HostName),
        .. ",\"s\":"u8, .. JsonOf(surroundings.StateId), .. ",\"f\":"u8,
    ];

    public override IReadOnlyList<string> Names { get; } = [NameOf(options)];

    public override bool Write(in RecordOrigin origin, RecordBuffer output)
    {
        output.Write(_start);
        JsonText.WriteNumber(output, origin.Stream);
        output.Write(",\"e\":"u8);
        JsonText.WriteNumber(output, origin.Epoch);
        output.Write(",\"o\":"u8);
        JsonText.WriteNumber(output, origin.Offset);
        output.Write(",\"l\":"u8);
        JsonText.WriteNumber(output, origin.Length);
        output.Write((byte)'}');
        return true;
    }

    private static string NameOf(ProcessingOptions options) => options.Member.Length > 0 ? options.Member : DefaultName;
}

/// <summary>The member of an Ec2Metadata step. While nothing is known of the instance, nothing is added.</summary>
internal sealed class InstanceMember(ProcessingOptions options, ChainSurroundings surroundings) : MemberValues
{
    /// <summary>Its name where none is configured.</summary>
    public const string DefaultName = "ec2";

    private InstanceIdentity? _instance;
    private byte[] _json = [];

    public override IReadOnlyList<string> Names { get; } = [options.Member.Length > 0 ? options.Member : DefaultName];

    public override bool IsRepeatable => false;

    public override bool Write(in RecordOrigin origin, RecordBuffer output)
    {
        var instance = surroundings.Instance();
        if (instance is null)
        {
            return false;
        }

        if (!ReferenceEquals(instance, _instance))
        {
            (_instance, _json) = (instance, JsonOf(instance));
        }

        output.Write(_json);
        return true;
    }

    private byte[] JsonOf(InstanceIdentity instance)
    {
        var buffer = new RecordBuffer();
        buffer.Write(JsonText.Name(Names[0]));
        WriteObject(buffer,
        [
            new("instanceId", instance.InstanceId),
            new("instanceType", instance.InstanceType),
            new("amiId", instance.AmiId),
            new("privateIp", instance.PrivateIp),
            new("availabilityZone", instance.AvailabilityZone),
            new("region", instance.Region),
            new("accountId", instance.AccountId),
        ]);
        buffer.Truncate(buffer.Length - 1);
        buffer.Write(",\"tags\":"u8);
        WriteObject(buffer, instance.Tags);
        buffer.Write((byte)'}');
        return buffer.Written.ToArray();
    }

    private static void WriteObject(RecordBuffer buffer, IReadOnlyList<KeyValuePair<string, string>> members)
    {
        buffer.Write((byte)'{');
        for (var index = 0; index < members.Count; index++)
        {
            buffer.Write(index > 0 ? ","u8 : ""u8);
            buffer.Write(JsonText.Name(members[index].Key));
            buffer.Write(MemberValues.JsonOf(members[index].Value));
        }

        buffer.Write((byte)'}');
    }
}
