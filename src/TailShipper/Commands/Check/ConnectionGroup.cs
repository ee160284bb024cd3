using System.Globalization;
using System.Text.Json;
using Shipper.Foundation.Output;
using Shipper.TailShipper.Wire.Connections;

namespace Shipper.TailShipper.Commands.Check;

/// <summary>The steps that were tried with one thing: an endpoint, the credentials, a stream.</summary>
/// <param name="Title">What it is, for people.</param>
/// <param name="Steps">The steps, in the order in which they were tried.</param>
internal sealed record ConnectionGroup(string Title, IReadOnlyList<ConnectionStep> Steps)
{
    /// <summary>Prints a line for each step: how it ended, how long it took, what was found.</summary>
    public void Write(TextWriter output, int width = int.MaxValue)
    {
        output.ShowWrapped(Title, width);
        foreach (var step in Steps)
        {
            var took = step.Took is { } time ? Milliseconds(time).ToString(CultureInfo.InvariantCulture) + " ms" : "";
            output.ShowWrapped($"  {Word(step.Result),-7} {took,8}  {step.Name}: {step.Text}", width);
        }
    }

    /// <summary>Writes it as an object.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("what", Title);
        json.WriteStartArray("steps");
        foreach (var step in Steps)
        {
            json.WriteStartObject();
            json.WriteString("step", step.Name);
            json.WriteString("result", step.Result switch
            {
                StepResult.Ok => "ok",
                StepResult.Warning => "warning",
                StepResult.Failed => "failed",
                _ => "unknown",
            });
            json.WriteString("text", step.Text);
            if (step.Took is { } took)
            {
                json.WriteNumber("milliseconds", Milliseconds(took));
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static long Milliseconds(TimeSpan time) => (long)Math.Ceiling(time.TotalMilliseconds);

    private static string Word(StepResult result) => result switch
    {
        StepResult.Ok => "ok",
        StepResult.Warning => "WARNING",
        StepResult.Failed => "FAILED",
        _ => "?",
    };
}
