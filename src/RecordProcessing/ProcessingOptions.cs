using Shipper.Foundation.Configuration;

namespace Shipper.RecordProcessing;

/// <summary>
/// One step of a flow's <c>Processing</c>: what happens to each record between framing and batching. One class has the keys of all types;
/// <see cref="Validate"/> names each key that the step's type does not know. Keys, defaults and meaning: docs/processing.md.
/// </summary>
internal sealed class ProcessingOptions : IOptionSection
{
    /// <summary>What the step does.</summary>
    public ProcessingType? Type { get; set; }

    /// <summary>Whose results the step gives: the right ones, or those of the Amazon Kinesis Agent, byte for byte.</summary>
    public ProcessingCompatibility Compatibility { get; set; } = ProcessingCompatibility.None;

    /// <summary>
    /// What happens to a record that the step cannot convert. Null for the type's own rule: <see cref="UnmatchedRule.Keep"/> for what
    /// converts and adds, <see cref="UnmatchedRule.DeadLetter"/> for what limits and masks; with <see cref="Compatibility"/> the agent's.
    /// </summary>
    public UnmatchedRule? Unmatched { get; set; }

    /// <summary>Names of the fields in their order.</summary>
    public List<string> Names { get; set; } = [];

    /// <summary>Whether the names are those in the first line of each file.</summary>
    public bool NamesFromHeader { get; set; }

    /// <summary>What separates two fields: one ASCII character, or <c>\t</c>. With <see cref="Compatibility"/> a Java expression.</summary>
    public string Delimiter { get; set; } = ",";

    /// <summary>What encloses a field that contains the delimiter: one ASCII character. Empty for none.</summary>
    public string Quote { get; set; } = "\"";

    /// <summary>Whether values are written as text, or as what they look like.</summary>
    public ValueTyping Values { get; set; } = ValueTyping.Text;

    /// <summary>Names of fields that are numbers.</summary>
    public List<string> Numbers { get; set; } = [];

    /// <summary>Names of fields that are true or false.</summary>
    public List<string> Booleans { get; set; } = [];

    /// <summary>Values that are written as null, for example <c>NA</c> or an empty text.</summary>
    public List<string> NullValues { get; set; } = [];

    /// <summary>How JSON is laid out.</summary>
    public JsonLayout Format { get; set; } = JsonLayout.Compact;

    /// <summary>
    /// A regular expression, of .NET without backtracking; with <see cref="Compatibility"/> one of Java, which must match the whole record.
    /// </summary>
    public string Pattern { get; set; } = "";

    /// <summary>How long a Java expression may take for one record.</summary>
    public TimeSpan MatchTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether blanks at both ends of each line are removed before lines are joined.</summary>
    public bool Trim { get; set; } = true;

    /// <summary>What stands between two lines that are joined.</summary>
    public string Separator { get; set; } = " ";

    /// <summary>Members that are added to a JSON record.</summary>
    public List<MemberOptions> Members { get; set; } = [];

    /// <summary>With <see cref="Compatibility"/>: the metadata as JSON text. Empty for null.</summary>
    public string Json { get; set; } = "";

    /// <summary>With <see cref="Compatibility"/>: whether the time is added.</summary>
    public bool Timestamp { get; set; }

    /// <summary>
    /// The member that gets the record as text where it is no JSON object. Empty for none: such a record is handled as
    /// <see cref="Unmatched"/> says.
    /// </summary>
    public string Wrap { get; set; } = "";

    /// <summary>The member that is added. Empty for the type's own: <c>$src</c> of Provenance, <c>ec2</c> of Ec2Metadata.</summary>
    public string Member { get; set; } = "";

    /// <summary>How old the instance's metadata may become before they are asked for again.</summary>
    public TimeSpan RefreshInterval { get; set; } = TimeSpan.FromHours(1);

    /// <summary>JSON members whose values are masked, for example <c>customer.email</c>; <c>\.</c> for a dot in a name.</summary>
    public List<string> Fields { get; set; } = [];

    /// <summary>The text that masks.</summary>
    public string Replacement { get; set; } = "***";

    /// <summary>The largest record, in bytes with its newline.</summary>
    public int MaxBytes { get; set; } = 1_000_000;

    /// <summary>Every setting above.</summary>
    private static readonly OptionTable<ProcessingOptions> Table = new OptionTable<ProcessingOptions>()
        .Value(nameof(Type), options => options.Type, (options, value) => options.Type = value)
        .Value(nameof(Compatibility), options => options.Compatibility, (options, value) => options.Compatibility = value)
        .Value(nameof(Unmatched), options => options.Unmatched, (options, value) => options.Unmatched = value)
        .Values(nameof(Names), options => options.Names, (options, value) => options.Names = value)
        .Value(nameof(NamesFromHeader), options => options.NamesFromHeader, (options, value) => options.NamesFromHeader = value)
        .Value(nameof(Delimiter), options => options.Delimiter, (options, value) => options.Delimiter = value)
        .Value(nameof(Quote), options => options.Quote, (options, value) => options.Quote = value)
        .Value(nameof(Values), options => options.Values, (options, value) => options.Values = value)
        .Values(nameof(Numbers), options => options.Numbers, (options, value) => options.Numbers = value)
        .Values(nameof(Booleans), options => options.Booleans, (options, value) => options.Booleans = value)
        .Values(nameof(NullValues), options => options.NullValues, (options, value) => options.NullValues = value)
        .Value(nameof(Format), options => options.Format, (options, value) => options.Format = value)
        .Value(nameof(Pattern), options => options.Pattern, (options, value) => options.Pattern = value)
        .Value(nameof(MatchTimeout), options => options.MatchTimeout, (options, value) => options.MatchTimeout = value, new("10ms", "1m"))
        .Value(nameof(Trim), options => options.Trim, (options, value) => options.Trim = value)
        .Value(nameof(Separator), options => options.Separator, (options, value) => options.Separator = value)
        .Sections(nameof(Members), options => options.Members, (options, value) => options.Members = value)
        .Value(nameof(Json), options => options.Json, (options, value) => options.Json = value)
        .Value(nameof(Timestamp), options => options.Timestamp, (options, value) => options.Timestamp = value)
        .Value(nameof(Wrap), options => options.Wrap, (options, value) => options.Wrap = value)
        .Value(nameof(Member), options => options.Member, (options, value) => options.Member = value)
        .Value(nameof(RefreshInterval), options => options.RefreshInterval, (options, value) => options.RefreshInterval = value,
            new("1m", "24h"))
        .Values(nameof(Fields), options => options.Fields, (options, value) => options.Fields = value)
        .Value(nameof(Replacement), options => options.Replacement, (options, value) => options.Replacement = value)
        .Value(nameof(MaxBytes), options => options.MaxBytes, (options, value) => options.MaxBytes = value, new("64", "10485760"));

    OptionTable IOptionSection.Settings => Table;

    /// <summary>Every error of a flow's steps, each with its key, value, reason and what to write instead.</summary>
    /// <param name="steps">The steps in their order.</param>
    /// <param name="path">The full key of the list, for example <c>Shipper:Flows:0:Processing</c>.</param>
    public static IEnumerable<string> Validate(IReadOnlyList<ProcessingOptions> steps, string path)
    {
        var problems = new ConfigurationProblems();
        ProcessingValidation.Validate(steps, path, problems);
        return problems.All.Select(problem => problem.ToString());
    }
}

/// <summary>One member that a Metadata step adds.</summary>
internal sealed class MemberOptions : IOptionSection
{
    /// <summary>Its name.</summary>
    public string Name { get; set; } = "";

    /// <summary>Where its value comes from.</summary>
    public MemberSource From { get; set; } = MemberSource.Text;

    /// <summary>The value, with <see cref="MemberSource.Text"/> and <see cref="MemberSource.Json"/>.</summary>
    public string Value { get; set; } = "";

    /// <summary>Every setting above.</summary>
    private static readonly OptionTable<MemberOptions> Table = new OptionTable<MemberOptions>()
        .Value(nameof(Name), options => options.Name, (options, value) => options.Name = value)
        .Value(nameof(From), options => options.From, (options, value) => options.From = value)
        .Value(nameof(Value), options => options.Value, (options, value) => options.Value = value);

    OptionTable IOptionSection.Settings => Table;
}

/// <summary>What a step does.</summary>
internal enum ProcessingType
{
    /// <summary>A line of comma-separated values becomes a JSON object.</summary>
    CsvToJson,

    /// <summary>A line of Apache's common log format becomes a JSON object.</summary>
    ApacheCommonToJson,

    /// <summary>A line of Apache's combined log format becomes a JSON object.</summary>
    ApacheCombinedToJson,

    /// <summary>A line of Apache's error log becomes a JSON object.</summary>
    ApacheErrorToJson,

    /// <summary>A line of syslog (RFC 3164) becomes a JSON object.</summary>
    SyslogToJson,

    /// <summary>A line of syslog with a time as in RFC 3339 becomes a JSON object.</summary>
    Rfc3339SyslogToJson,

    /// <summary>A line of syslog as in RFC 5424 becomes a JSON object.</summary>
    Rfc5424ToJson,

    /// <summary>The named groups of a regular expression become the members of a JSON object.</summary>
    PatternToJson,

    /// <summary>The lines of a record become one line.</summary>
    SingleLine,

    /// <summary>Members are added to a JSON object.</summary>
    Metadata,

    /// <summary>What EC2 says of the instance is added to a JSON object.</summary>
    Ec2Metadata,

    /// <summary>The record is put in braces.</summary>
    Brackets,

    /// <summary>Where the record was read is added to a JSON object.</summary>
    Provenance,

    /// <summary>Only records that a regular expression matches are sent.</summary>
    Include,

    /// <summary>Records that a regular expression matches are not sent.</summary>
    Exclude,

    /// <summary>Members of a JSON object, or what a regular expression matches, are masked.</summary>
    Redact,

    /// <summary>Records that are too large are not sent.</summary>
    MaxSize,
}

/// <summary>Whose results a step gives.</summary>
internal enum ProcessingCompatibility
{
    /// <summary>The right ones.</summary>
    None,

    /// <summary>Those of the Amazon Kinesis Agent 2.0, byte for byte.</summary>
    Agent,
}

/// <summary>What happens to a record that a step cannot convert.</summary>
internal enum UnmatchedRule
{
    /// <summary>It goes on to the next step as it is.</summary>
    Keep,

    /// <summary>Its source lines go to the dead letters.</summary>
    DeadLetter,

    /// <summary>It is not sent; it is counted.</summary>
    Drop,
}

/// <summary>How values become JSON.</summary>
internal enum ValueTyping
{
    /// <summary>As text, except in the fields that are named.</summary>
    Text,

    /// <summary>Numbers, true, false and null are recognized.</summary>
    Infer,
}

/// <summary>How JSON is laid out.</summary>
internal enum JsonLayout
{
    /// <summary>Without blanks, on one line.</summary>
    Compact,

    /// <summary>Indented, on many lines.</summary>
    Pretty,
}

/// <summary>Where the value of a member comes from.</summary>
internal enum MemberSource
{
    /// <summary>The configured text.</summary>
    Text,

    /// <summary>The configured JSON.</summary>
    Json,

    /// <summary>The machine's name.</summary>
    HostName,

    /// <summary>The file's path.</summary>
    Path,

    /// <summary>The file's name.</summary>
    FileName,

    /// <summary>The offset of the record in its file, in bytes.</summary>
    Offset,

    /// <summary>The time of processing, in UTC with milliseconds.</summary>
    Time,
}
