using System.Text.Json;
using Shipper.DeliveryProof.Comparing;
using Shipper.Foundation.Hosting;
using Shipper.Foundation.Output;
using static System.FormattableString;

namespace Shipper.ShipperTools.Comparing;

/// <summary>What a comparison found, for people or as JSON.</summary>
/// <param name="plan">What was asked.</param>
/// <param name="input">What was to be delivered.</param>
/// <param name="delivered">What was.</param>
/// <param name="result">How they differ.</param>
/// <param name="took">How long it took.</param>
internal sealed class CompareReport(
    ComparePlan plan, ComparedPlace input, ComparedPlace delivered, ComparisonResult result, TimeSpan took)
{
    private const int MostObjects = 20;
    private const int MostProblems = 50;

    private readonly List<PlanProblem> _problems =
        [.. plan.Problems, .. result.Problems.Select(problem => new PlanProblem(problem.Name, problem.Text))];

    /// <summary>0 when all arrived, 1 when not, 2 when that cannot be determined.</summary>
    public int ExitCode => _problems.Count > 0 ? ExitCodes.Undetermined
        : result.Loss > 0 || (IsAgainst && result.Delivered != result.Input) ? ExitCodes.Fault
        : ExitCodes.Success;

    private bool IsAgainst => plan.Against is not null;

    private string Answer => ExitCode switch
    {
        ExitCodes.Success => IsAgainst ? "equal" : "delivered",
        ExitCodes.Fault => IsAgainst ? "different" : "lost",
        _ => "unknown",
    };

    /// <summary>The result in lines.</summary>
    public IEnumerable<string> Lines() =>
        [.. IsAgainst ? AgainstLines() : FileLines(), .. ProblemLines()];

    /// <summary>The result as one JSON object.</summary>
    public void PrintJson(TextWriter output)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            if (plan.Heading is { ValueKind: JsonValueKind.Object } heading)
            {
                foreach (var member in heading.EnumerateObject())
                {
                    member.WriteTo(json);
                }
            }

            json.WriteString("answer", Answer);
            WriteFigures(json);
            WritePlaces(json, "missing", result.Missing);
            WritePlaces(json, "repeated", result.Repeated);
            WritePlaces(json, "unexpected_lines", result.OnlyDelivered);
            WriteCounts(json, "objects_with_repeats", result.RepeatsByObject);
            json.WriteStartArray("problems");
            foreach (var problem in _problems)
            {
                json.WriteStartObject();
                json.WriteString("name", problem.Name);
                json.WriteString("text", problem.Text);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        output.WriteLine(VisibleText.OfJson(System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan)));
    }

    private static string Mb(long bytes) => Invariant($"{bytes / 1e6:N1} MB");

    private static string Of(long count, string noun) => Invariant($"{count:N0} {noun}{(count == 1 ? "" : "s")}");

    private static IEnumerable<string> Places(string what, IReadOnlyList<LinePlace> places, long all)
    {
        if (places.Count > 0)
        {
            yield return Invariant($"{what}{(places.Sum(place => place.Lines) < all ? ", the first of them" : "")}:");
            foreach (var place in places)
            {
                yield return $"  {place}";
            }
        }
    }

    private IEnumerable<string> FileLines()
    {
        var gone = plan.StreamsWithoutFile == 0 ? "" : $"; of {Of(plan.StreamsWithoutFile, "stream")} ({Mb(plan.BytesWithoutFile)}) "
            + "the file is not there any more";
        var dead = plan.DeadLetterBytes == 0 ? "" : $"; {Mb(plan.DeadLetterBytes)} in the dead letters are left out";
        yield return $"{(plan.Flows.Count == 1 ? "Flow" : "Flows")} {string.Join(", ", plan.Flows)}: {Mb(input.Bytes)} acknowledged in "
            + $"{Of(input.Contents.Count, "file")}{gone}{dead}";
        yield return $"Delivered: {Of(delivered.Contents.Count, "object")}, {Mb(delivered.Bytes)}, in {delivered.Name}";
        yield return result.Line;
        foreach (var line in Places("Missing", result.Missing, result.Loss)
            .Concat(Places("Repeated", result.Repeated, result.Duplicate)).Concat(ObjectLines()))
        {
            yield return line;
        }

        if (result.Unexpected > 0)
        {
            yield return $"{Of(result.Unexpected, "delivered line")} in no file that was compared: of files that are gone, of bytes that "
                + $"were acknowledged since, of other flows, or torn. The first: {result.OnlyDelivered[0]}";
        }

        if (result.Loss > 0)
        {
            yield return "Lines that were acknowledged in the last minutes may be in the delivery stream's buffer: ask again after its "
                + "buffering time.";
        }
    }

    private IEnumerable<string> ObjectLines()
    {
        if (result.RepeatsByObject.Count > 0)
        {
            yield return Invariant($"{Of(result.RepeatsByObject.Count, "object")} with repeats:");
            foreach (var item in result.RepeatsByObject.Take(MostObjects))
            {
                yield return $"  {item.Name}: {Of(item.Lines, "line")}";
            }

            if (result.RepeatsByObject.Count > MostObjects)
            {
                yield return Invariant($"  and {result.RepeatsByObject.Count - MostObjects} more");
            }
        }
    }

    private IEnumerable<string> AgainstLines()
    {
        yield return $"{delivered.Name}: {Of(result.Delivered, "line")} in {Of(delivered.Contents.Count, "object")}, {Mb(delivered.Bytes)}";
        yield return $"{input.Name}: {Of(result.Input, "line")} in {Of(input.Contents.Count, "object")}, {Mb(input.Bytes)}";
        var more = result.Duplicate + result.Unexpected;
        yield return Invariant($"in both {result.Unique}, only in {delivered.Name} {more}, only in {input.Name} {result.Loss}");
        if (result.Duplicate > 0)
        {
            yield return $"Of these, {Of(result.Duplicate, "line")} in both, but more often in {delivered.Name}";
        }

        if (result.LossOfDelivered > 0)
        {
            yield return $"Of these, {Of(result.LossOfDelivered, "line")} in both, but more often in {input.Name}";
        }

        foreach (var line in Places($"Only in {delivered.Name}", result.OnlyDelivered, result.Unexpected)
            .Concat(Places($"More often in {delivered.Name}", result.Repeated, result.Duplicate))
            .Concat(Places($"Only, or more often, in {input.Name}", result.Missing, result.Loss)))
        {
            yield return line;
        }
    }

    private IEnumerable<string> ProblemLines()
    {
        foreach (var problem in _problems.Take(MostProblems))
        {
            yield return $"unknown: {problem.Name}: {problem.Text}";
        }

        if (_problems.Count > MostProblems)
        {
            yield return Invariant($"unknown: and {_problems.Count - MostProblems} more");
        }
    }

    private void WriteFigures(Utf8JsonWriter json)
    {
        json.WriteStartArray("flows");
        foreach (var flow in plan.Flows)
        {
            json.WriteStringValue(flow);
        }

        json.WriteEndArray();
        json.WriteString("delivered", delivered.Name);
        if (IsAgainst)
        {
            json.WriteString("against", input.Name);
        }

        json.WriteNumber("input", result.Input);
        json.WriteNumber("unique", result.Unique);
        json.WriteNumber("duplicate", result.Duplicate);
        json.WriteNumber("loss", result.Loss);
        json.WriteNumber("loss_of_delivered", result.LossOfDelivered);
        json.WriteNumber("unexpected", result.Unexpected);
        json.WriteNumber("delivered_lines", result.Delivered);
        json.WriteNumber(IsAgainst ? "against_objects" : "files", input.Contents.Count);
        json.WriteNumber(IsAgainst ? "against_bytes" : "file_bytes", input.Bytes);
        json.WriteNumber("objects", delivered.Contents.Count);
        json.WriteNumber("object_bytes", delivered.Bytes);
        json.WriteNumber("streams_without_file", plan.StreamsWithoutFile);
        json.WriteNumber("bytes_without_file", plan.BytesWithoutFile);
        json.WriteNumber("dead_letter_bytes", plan.DeadLetterBytes);
        json.WriteNumber("seconds", Math.Round(took.TotalSeconds, 3));
    }

    private static void WritePlaces(Utf8JsonWriter json, string name, IReadOnlyList<LinePlace> places)
    {
        json.WriteStartArray(name);
        foreach (var place in places)
        {
            json.WriteStartObject();
            json.WriteString("name", place.Name);
            json.WriteNumber("offset", place.Offset);
            json.WriteNumber("lines", place.Lines);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteCounts(Utf8JsonWriter json, string name, IReadOnlyList<ObjectCount> counts)
    {
        json.WriteStartArray(name);
        foreach (var item in counts)
        {
            json.WriteStartObject();
            json.WriteString("name", item.Name);
            json.WriteNumber("lines", item.Lines);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
