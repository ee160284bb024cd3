using System.Collections;
using System.Globalization;
using System.Text.Json;
using Shipper.Foundation.Configuration;
using Shipper.RecordProcessing;
using Shipper.RecordProcessing.Agent;

namespace Shipper.TailShipper.Commands.Shared.AgentImport;

/// <summary>The steps of an agent's <c>dataProcessingOptions</c> as settings: what differs from a step's defaults.</summary>
internal static class ProcessingSettings
{
    /// <summary>Sets them, with a note for each warning.</summary>
    public static void Apply(AgentKeyUse use)
    {
        using var options = JsonDocument.Parse(use.Text ?? "[]");
        var result = AgentSteps.Of(options.RootElement);
        foreach (var warning in result.Warnings)
        {
            use.Note($"{warning.Key} {warning.Text}.");
        }

        if (result.Refusals.Count > 0)
        {
            use.Refuse(
                string.Join("; ", result.Refusals.Select(refusal => $"{refusal.Key} {refusal.Text}")),
                "Change the step, or write Processing by hand (docs/processing.md)");
            return;
        }

        for (var index = 0; index < result.Steps.Count; index++)
        {
            Add(use, string.Create(CultureInfo.InvariantCulture, $"Processing:{index}"), result.Steps[index], new ProcessingOptions());
        }
    }

    private static void Add(AgentKeyUse use, string key, IOptionSection section, IOptionSection defaults)
    {
        foreach (var row in section.Settings.Rows)
        {
            var (value, usual, name) = (row.Get(section), row.Get(defaults), $"{key}:{row.Name}");
            if (value is IOptionSection nested)
            {
                Add(use, name, nested, (IOptionSection)usual!);
            }
            else if (value is IList list && row.NewSection is { } newSection)
            {
                for (var index = 0; index < list.Count; index++)
                {
                    Add(use, string.Create(CultureInfo.InvariantCulture, $"{name}:{index}"), (IOptionSection)list[index]!, newSection());
                }
            }
            else if (value is IList texts)
            {
                if (texts.Count > 0)
                {
                    use.Set(name, (IReadOnlyList<string>)[.. texts.Cast<object>().Select(Text)]);
                }
            }
            else if (value is not null && !value.Equals(usual))
            {
                use.Set(name, value switch
                {
                    bool flag => flag,
                    int or long => Convert.ToInt64(value, CultureInfo.InvariantCulture),
                    _ => Text(value),
                });
            }
        }
    }

    private static string Text(object value) => value switch
    {
        TimeSpan time => Duration.Format(time),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
